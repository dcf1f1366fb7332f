"""Names that every programmer of a language knows, so that a sentence may name them. Plain data.

Python's are those of the interpreter that runs this; of the others, the most common ones.
"""

from __future__ import annotations

import builtins
import keyword
import sys
from collections.abc import Iterable
from functools import lru_cache

from inglenook_indexer.text.languages import language_of

_C = """
    NULL assert bool break calloc case char const continue default do double else enum errno exit extern false float
    for fprintf free goto if inline int int32_t int64_t int8_t long main malloc memcpy memset nullptr printf ptrdiff_t
    realloc register return short signed size_t sizeof sprintf static stderr stdin stdout strcmp strlen struct switch
    true typedef uint16_t uint32_t uint64_t uint8_t union unsigned void volatile while
"""
_JAVA = """
    ArrayList Boolean Class Collection Collections Double Exception Float HashMap HashSet IllegalArgumentException
    IllegalStateException Integer Iterable Iterator List Long Map NullPointerException Object Optional Override Runnable
    RuntimeException Set Stream String StringBuilder System Thread Throwable boolean byte char class double enum extends
    final finally float hashCode equals toString implements instanceof int interface long new null package private
    protected public return short static super synchronized this throw throws transient try var void volatile
"""
_JAVASCRIPT = """
    Array BigInt Boolean Buffer Date Element Error Event EventEmitter HTMLElement Infinity JSON Map Math NaN Number
    Object Partial Pick Promise Proxy RangeError Record ReadonlyArray Readonly ReferenceError Reflect RegExp Set String
    Symbol SyntaxError TypeError URL Uint8Array WeakMap WeakSet addEventListener any arguments async await boolean catch
    clearTimeout concat console const constructor decodeURIComponent default document encodeURIComponent enum export
    extends fetch filter finally forEach forOf from function getElementById globalThis hasOwnProperty import includes
    indexOf instanceof interface isArray isNaN join keyof length let localStorage map module never null number object
    parse parseFloat parseInt preventDefault process prototype push querySelector readonly reduce removeEventListener
    require resolve reject setInterval setTimeout slice splice string stringify then this toString typeof undefined
    unknown valueOf var void window yield
"""
_GO = """
    append bool break byte cap case chan close complex128 const continue copy defer delete error fallthrough false
    float32 float64 fmt for func go goto if import int int16 int32 int64 int8 interface iota len make map new nil
    package panic print println range recover return rune select string struct switch true type uint uint16 uint32
    uint64 uint8 uintptr var Errorf Printf Println Sprintf Fprintf Context WaitGroup Mutex RWMutex Reader Writer Handler
"""
_RUST = """
    Arc AsRef Box Clone Copy Debug Default Display Drop Eq Err Error From Hash HashMap HashSet Into Iterator Mutex None
    Ok Option Ord PartialEq PartialOrd Rc RefCell Result Self Send Some String Sync ToString Vec as async await bool box
    char clone collect const crate derive dyn else enum expect extern f32 f64 fn for format i16 i32 i64 i8 impl in into
    isize iter let loop macro_rules main match mod move mut panic println pub ref return self static str struct super
    to_string trait true type u16 u32 u64 u8 unimplemented unsafe unwrap use usize vec where while
"""
_RUBY = """
    Array BasicObject Class Hash Kernel Module NameError NoMethodError Object Proc StandardError String Struct Symbol
    alias and attr_accessor attr_reader attr_writer begin class def defined do each else elsif end ensure extend false
    freeze if include initialize lambda map method_missing module nil not or private proc protected public puts raise
    require require_relative rescue respond_to retry return self send super then to_a to_h to_s to_sym true undef unless
    until when while yield
"""
_PHP = """
    ArrayAccess ArrayObject Closure Countable Exception Generator InvalidArgumentException Iterator IteratorAggregate
    RuntimeException Throwable Traversable array array_filter array_key_exists array_map array_merge callable class
    construct __construct __get __set __toString count echo empty explode extends final foreach function global implode
    implements in_array include instanceof interface isset json_decode json_encode list mixed namespace new null
    preg_match preg_replace print private protected public require return sprintf static str_replace strlen strpos
    substr this throw trait try unset use var void
"""
_CSHARP = """
    Action Array ArgumentException Boolean Console DateTime Dictionary Enumerable Exception Func Guid HashSet
    IDisposable IEnumerable IList InvalidOperationException Int32 List Nullable Object String StringBuilder Task Type
    abstract as async await base bool byte class const decimal delegate double enum event explicit extern float foreach
    get internal interface is lock namespace new null object operator out override params private protected public
    readonly record ref sealed set static string struct this throw typeof using var virtual void where yield ToString
"""
_OF_LANGUAGE = {
    **dict.fromkeys(
        ("c", "cpp"), f"{_C} class delete move namespace new private public std string template this vector"
    ),
    **dict.fromkeys(("java", "kotlin", "scala"), f"{_JAVA} data fun object override val when lateinit companion trait"),
    **dict.fromkeys(("javascript", "typescript", "tsx", "vue", "svelte"), _JAVASCRIPT),
    "go": _GO,
    "rust": _RUST,
    "ruby": _RUBY,
    "php": _PHP,
    "csharp": _CSHARP,
}
_EVERYWHERE = frozenset(
    """
    true false null None nil undefined True False self this cls super args kwargs init main stdin stdout stderr async
    await GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT HTTP HTTPS JSON XML HTML CSS URL URI UTF ASCII bytes
    string int float bool list dict tuple set str object function class method module file path key value name type
    """.split()
)


@lru_cache(maxsize=1)
def _python() -> frozenset[str]:
    members = (dir(one) for one in (str, bytes, list, dict, set, tuple, int, float, BaseException, type, object))
    types = (
        "Any Awaitable Callable Coroutine Generator Iterable Iterator Literal Mapping Optional Protocol Sequence Union"
    )
    asyncio = (
        "CancelledError Future StreamReader StreamWriter Task TimeoutError create_task gather get_event_loop run sleep"
    )
    more = "contextmanager dataclass deepcopy defaultdict lru_cache namedtuple partial pytest wraps datetime Enum Path"
    return frozenset(
        (
            *dir(builtins),
            *keyword.kwlist,
            *keyword.softkwlist,
            *sys.stdlib_module_names,
            *(name for each in members for name in each),
            *("__aenter__", "__aexit__", "__aiter__", "__anext__", "__await__", "__call__", "__del__", "__enter__"),
            *(
                "__exit__",
                "__name__",
                "__main__",
                "__file__",
                "__all__",
                "__slots__",
                "__get__",
                "__set__",
                "__post_init__",
            ),
            *f"{types} {asyncio} {more}".split(),
        )
    )


@lru_cache(maxsize=32)
def words_of(language: str) -> frozenset[str]:
    """Keywords, built-in names and the best known of the library of one language."""
    return _python() if language == "python" else frozenset(_OF_LANGUAGE.get(language, "").split())


def common_words(paths: Iterable[str]) -> frozenset[str]:
    """What may be named of the languages that these files are in."""
    return _EVERYWHERE.union(*(words_of(language_of(path)) for path in set(paths)))
