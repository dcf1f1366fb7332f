"""How people ask: several phrasings of each form, in seven languages. Plain data; knows no repository.

They were written without a look at what the product recognises. `{x}` is the name or the path that is asked about.
"""

from __future__ import annotations

from tests.benchmarks import chat_phrases_report

FORMS = (
    *("definition", "uses", "callers", "importers", "imports", "callees", "bases", "subclasses"),
    *("returns", "raises", "contents", "tests", "prose"),
)
LANGUAGES = ("de", "fr", "es", "pt", "zh", "ja")

ENGLISH: dict[str, tuple[str, ...]] = {
    "definition": (
        "Where is {x} defined?",
        "where's `{x}`",
        "In which file is {x} implemented?",
        "I'm looking for the definition of `{x}`.",
        "Which file has {x} in it?",
        "Show me where {x} lives",
        "What line does {x} start on?",
    ),
    "uses": (
        "Where is {x} used?",
        "Who uses `{x}`?",
        "Find all the places that reference {x}",
        "Is `{x}` used anywhere, and where?",
        "usages of {x}",
    ),
    "callers": (
        "Who calls {x}?",
        "What calls `{x}`?",
        "Which functions call {x}?",
        "Where does `{x}` get called from?",
        "callers of {x}",
        "From where is {x} invoked?",
    ),
    "importers": (
        "Which files import {x}?",
        "Who imports `{x}`?",
        "Where is {x} imported?",
        "What modules import `{x}`?",
    ),
    "imports": (
        "What does {x} import?",
        "Which modules does `{x}` import?",
        "List the imports of {x}",
        "What are the dependencies of the file `{x}`?",
    ),
    "callees": (
        "What does {x} call?",
        "Which functions does `{x}` call?",
        "What other functions are called inside {x}?",
        "What gets called by `{x}`?",
    ),
    "bases": (
        "What does {x} inherit from?",
        "What is the base class of `{x}`?",
        "Which class does {x} extend?",
        "parent classes of {x}",
        "What's `{x}` a subclass of?",
    ),
    "subclasses": (
        "What inherits from {x}?",
        "Which classes extend `{x}`?",
        "Are there any subclasses of {x}?",
        "Who subclasses `{x}`?",
        "What are the classes derived from {x}?",
    ),
    "returns": (
        "What does {x} return?",
        "What's the return type of `{x}`?",
        "What do I get back from {x}?",
        "Which type does `{x}` return?",
    ),
    "raises": (
        "What does {x} raise?",
        "Which exceptions can `{x}` raise?",
        "What errors does {x} throw?",
        "Does `{x}` raise anything?",
    ),
    "contents": (
        "What is in {x}?",
        "What's in the file `{x}`?",
        "Which functions and classes does {x} define?",
        "What does `{x}` contain?",
        "Give me an overview of {x}",
        "List what is defined in `{x}`",
    ),
    "tests": (
        "Which tests cover {x}?",
        "Where is `{x}` tested?",
        "Are there tests for {x}?",
        "What tests use `{x}`?",
    ),
    "prose": (
        "Which function does this: {x}",
        "Where is the code that does the following? {x}",
        "How is this done here: {x}",
        "I need the place in the code for: {x}",
    ),
}

OTHERS: dict[str, dict[str, tuple[str, ...]]] = {
    "de": {
        "definition": ("Wo ist {x} definiert?", "In welcher Datei steht `{x}`?"),
        "uses": ("Wo wird {x} verwendet?", "Wer benutzt `{x}`?"),
        "callers": ("Wer ruft {x} auf?", "Von wo wird `{x}` aufgerufen?"),
        "callees": ("Was ruft {x} auf?", "Welche Funktionen ruft `{x}` auf?"),
        "bases": ("Wovon erbt {x}?", "Was ist die Basisklasse von `{x}`?"),
        "subclasses": ("Welche Klassen erben von {x}?", "Was ist von `{x}` abgeleitet?"),
        "returns": ("Was gibt {x} zurück?", "Welchen Typ liefert `{x}`?"),
        "contents": ("Was steht in {x}?", "Was enthält die Datei `{x}`?"),
    },
    "fr": {
        "definition": ("Où est défini {x} ?", "Dans quel fichier se trouve `{x}` ?"),
        "uses": ("Où est utilisé {x} ?", "Qui utilise `{x}` ?"),
        "callers": ("Qui appelle {x} ?", "Quelles fonctions appellent `{x}` ?"),
        "callees": ("Qu'est-ce que {x} appelle ?", "Quelles fonctions `{x}` appelle-t-elle ?"),
        "bases": ("De quoi hérite {x} ?", "Quelle est la classe de base de `{x}` ?"),
        "subclasses": ("Quelles classes héritent de {x} ?", "Quelles sont les sous-classes de `{x}` ?"),
        "returns": ("Que renvoie {x} ?", "Quel type retourne `{x}` ?"),
        "contents": ("Que contient {x} ?", "Qu'y a-t-il dans le fichier `{x}` ?"),
    },
    "es": {
        "definition": ("¿Dónde está definido {x}?", "¿En qué archivo está `{x}`?"),
        "uses": ("¿Dónde se usa {x}?", "¿Quién utiliza `{x}`?"),
        "callers": ("¿Quién llama a {x}?", "¿Qué funciones llaman a `{x}`?"),
        "callees": ("¿A qué llama {x}?", "¿Qué funciones llama `{x}`?"),
        "bases": ("¿De qué hereda {x}?", "¿Cuál es la clase base de `{x}`?"),
        "subclasses": ("¿Qué clases heredan de {x}?", "¿Cuáles son las subclases de `{x}`?"),
        "returns": ("¿Qué devuelve {x}?", "¿Qué tipo retorna `{x}`?"),
        "contents": ("¿Qué hay en {x}?", "¿Qué contiene el archivo `{x}`?"),
    },
    "pt": {
        "definition": ("Onde {x} está definido?", "Em que arquivo fica `{x}`?"),
        "uses": ("Onde {x} é usado?", "Quem usa `{x}`?"),
        "callers": ("Quem chama {x}?", "Quais funções chamam `{x}`?"),
        "callees": ("O que {x} chama?", "Quais funções `{x}` chama?"),
        "bases": ("De que {x} herda?", "Qual é a classe base de `{x}`?"),
        "subclasses": ("Quais classes herdam de {x}?", "Quais são as subclasses de `{x}`?"),
        "returns": ("O que {x} retorna?", "Qual é o tipo de retorno de `{x}`?"),
        "contents": ("O que há em {x}?", "O que contém o arquivo `{x}`?"),
    },
    "zh": {
        "definition": ("{x} 在哪里定义？", "`{x}` 在哪个文件里？"),
        "uses": ("哪里用到了 {x}？", "谁使用了 `{x}`？"),
        "callers": ("谁调用了 {x}？", "哪些函数调用 `{x}`？"),
        "callees": ("{x} 调用了什么？", "`{x}` 调用了哪些函数？"),
        "bases": ("{x} 继承自什么？", "`{x}` 的父类是什么？"),
        "subclasses": ("哪些类继承了 {x}？", "`{x}` 有哪些子类？"),
        "returns": ("{x} 返回什么？", "`{x}` 的返回类型是什么？"),
        "contents": ("{x} 里有什么？", "文件 `{x}` 包含什么？"),
    },
    "ja": {
        "definition": ("{x} はどこで定義されていますか？", "`{x}` はどのファイルにありますか？"),
        "uses": ("{x} はどこで使われていますか？", "`{x}` を使っているのはどこですか？"),
        "callers": ("{x} を呼び出しているのはどこですか？", "`{x}` はどこから呼ばれていますか？"),
        "callees": ("{x} は何を呼び出しますか？", "`{x}` が呼び出す関数は？"),
        "bases": ("{x} は何を継承していますか？", "`{x}` の基底クラスは？"),
        "subclasses": ("{x} を継承しているクラスは？", "`{x}` のサブクラスはどれですか？"),
        "returns": ("{x} は何を返しますか？", "`{x}` の戻り値の型は？"),
        "contents": ("{x} には何がありますか？", "ファイル `{x}` の中身は？"),
    },
}


def phrasings(form: str, language: str, which: str = "fit") -> tuple[str, ...]:
    """The templates of a form for a set of repositories ("report" has its own); empty where a language has none."""
    english, others = (
        (ENGLISH, OTHERS) if which != "report" else (chat_phrases_report.ENGLISH, chat_phrases_report.OTHERS)
    )
    return english[form] if language == "en" else others[language].get(form, ())
