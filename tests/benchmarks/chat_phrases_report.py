"""How people ask, for the report set: phrasings that nothing was chosen on. Plain data; knows no repository.

They were written without a look at what the product recognises, after the other list was used for choosing.
"""

from __future__ import annotations

ENGLISH: dict[str, tuple[str, ...]] = {
    "definition": (
        "where is {x} declared",
        "Could you tell me which file `{x}` is defined in?",
        "Can you point me to the definition of {x}?",
        "which module defines `{x}`",
        "I can't find {x}, which file is it in?",
        "find the source of `{x}`",
        "Where in the code base can I find {x}?",
    ),
    "uses": (
        "What code depends on `{x}`?",
        "where do we use {x}",
        "Please show me all references to `{x}`.",
        "If I rename {x}, which places do I have to touch?",
        "Which parts of the code make use of {x}?",
    ),
    "callers": (
        "who's calling `{x}`",
        "Please list all the call sites of {x}.",
        "Is `{x}` ever called, and if so by what?",
        "find every call to {x}",
        "Which methods or functions invoke `{x}`?",
        "where in the code do we call {x}",
    ),
    "importers": (
        "Can you list all the files that import `{x}`?",
        "in which files do we import {x}",
        "Is `{x}` imported by anything, and by which files?",
        "show every file with an import statement for {x}",
    ),
    "imports": (
        "what's imported in {x}",
        "Show me the import statements in `{x}`, please.",
        "Which other modules does {x} depend on?",
        "what packages and modules get imported by `{x}`",
    ),
    "callees": (
        "which functions and methods get invoked in `{x}`",
        "List everything that {x} calls, please.",
        "Can you show me the callees of `{x}`?",
        "what calls are made in the body of {x}",
    ),
    "bases": (
        "what's the superclass of {x}",
        "Does `{x}` inherit from anything, and if so from what?",
        "Which class is {x} derived from?",
        "Can you tell me which base classes `{x}` has?",
        "what does {x} subclass",
    ),
    "subclasses": (
        "list all child classes of {x}",
        "Which other classes have `{x}` as their base class?",
        "find everything that subclasses {x}",
        "Could you show me all the classes that inherit from `{x}`?",
        "does any class extend {x}, and which ones",
    ),
    "returns": (
        "what type is the return value of {x}",
        "Could you tell me what `{x}` returns?",
        "What kind of value does {x} give back?",
        "return value of `{x}`",
    ),
    "raises": (
        "Which exceptions should I catch when calling {x}?",
        "Can `{x}` throw an exception, and which one?",
        "errors raised by {x}",
        "what exceptions can come out of `{x}`",
    ),
    "contents": (
        "Can you walk me through what's inside `{x}`?",
        "outline of {x}",
        "what does the file {x} consist of",
        "Please summarise the file `{x}`: which classes and functions are in there?",
        "what can I find in `{x}`",
        "Show me the functions and classes in {x}.",
    ),
    "tests": (
        "which tests exercise `{x}`",
        "Is {x} covered by any tests, and which ones?",
        "Could you find the tests for `{x}`?",
        "show me the test cases that mention {x}",
    ),
    "prose": (
        "Which part of the code is responsible for this: {x}",
        "Can you find me the code with this behaviour? {x}",
        "how does this codebase handle the following: {x}",
        '"{x}" - where is that implemented',
    ),
}

OTHERS: dict[str, dict[str, tuple[str, ...]]] = {
    "de": {
        "definition": (
            "wo finde ich die Definition von {x}",
            "Kannst du mir sagen, in welcher Datei `{x}` definiert ist?",
        ),
        "uses": ("Wo kommt {x} überall zum Einsatz?", "zeig mir alle Stellen, die `{x}` verwenden"),
        "callers": ("Welche Funktionen rufen {x} auf?", "zeig mir alle Aufrufer von `{x}`"),
        "callees": ("Welche Funktionen werden in {x} aufgerufen?", "Liste bitte alle Aufrufe auf, die `{x}` macht."),
        "bases": ("Von welcher Klasse ist {x} abgeleitet?", "welche Oberklassen hat `{x}`"),
        "subclasses": (
            "welche Unterklassen hat {x}",
            "Gibt es Klassen, die `{x}` erweitern, und welche sind das?",
        ),
        "returns": ("was ist der Rückgabewert von {x}", "Kannst du mir sagen, was `{x}` zurückliefert?"),
        "contents": (
            "Welche Klassen und Funktionen sind in {x} definiert?",
            "gib mir mal einen Überblick über die Datei `{x}`",
        ),
    },
    "fr": {
        "definition": (
            "où se trouve la définition de {x}",
            "Tu peux me dire dans quel fichier on définit `{x}` ?",
        ),
        "uses": ("À quels endroits du code se sert-on de {x} ?", "montre-moi toutes les utilisations de `{x}`"),
        "callers": ("Depuis quels endroits appelle-t-on {x} ?", "liste-moi tous les appelants de `{x}`"),
        "callees": ("Quelles fonctions sont appelées dans {x} ?", "Peux-tu lister les appels que fait `{x}` ?"),
        "bases": ("quelle est la classe parente de {x}", "`{x}` dérive de quelle classe ?"),
        "subclasses": (
            "Quelles classes dérivent de {x} ?",
            "est-ce qu'il y a des classes qui étendent `{x}`, et lesquelles",
        ),
        "returns": ("c'est quoi la valeur de retour de {x}", "Peux-tu me dire ce que `{x}` renvoie ?"),
        "contents": (
            "Quelles classes et fonctions sont définies dans {x} ?",
            "fais-moi un résumé de ce qu'il y a dans `{x}`",
        ),
    },
    "es": {
        "definition": (
            "dónde encuentro la definición de {x}",
            "¿Me puedes decir en qué fichero se define `{x}`?",
        ),
        "uses": ("¿En qué partes del código se utiliza {x}?", "muéstrame todas las referencias a `{x}`"),
        "callers": ("¿Desde dónde se llama a {x}?", "búscame todas las llamadas a `{x}`"),
        "callees": ("qué funciones se invocan dentro de {x}", "¿Puedes listar las llamadas que hace `{x}`?"),
        "bases": ("cuál es la superclase de {x}", "¿De qué clase deriva `{x}`?"),
        "subclasses": ("qué clases derivan de {x}", "Quiero ver todas las clases hijas de `{x}`."),
        "returns": ("cuál es el valor de retorno de {x}", "¿Qué tipo de valor me devuelve `{x}`?"),
        "contents": ("¿Qué clases y funciones se definen en {x}?", "dame un resumen de lo que contiene `{x}`"),
    },
    "pt": {
        "definition": ("onde fica a definição de {x}", "Você pode me dizer qual arquivo define `{x}`?"),
        "uses": ("Em que partes do código se usa {x}?", "me mostra todas as referências a `{x}`"),
        "callers": ("De onde vêm as chamadas a {x}?", "lista todos os lugares que chamam `{x}`"),
        "callees": ("que funções são chamadas dentro de {x}", "Pode listar as chamadas que `{x}` faz?"),
        "bases": ("qual é a superclasse de {x}", "`{x}` deriva de qual classe?"),
        "subclasses": ("quais classes derivam de {x}", "Pode me mostrar todas as classes filhas de `{x}`?"),
        "returns": ("qual é o valor retornado por {x}", "O que recebo de volta quando chamo `{x}`?"),
        "contents": ("Quais classes e funções {x} define?", "me dá um resumo do que tem em `{x}`"),
    },
    "zh": {
        "definition": ("{x} 的定义在哪", "帮我找一下 `{x}` 是在哪个文件里定义的"),
        "uses": ("{x} 在哪些地方被使用？", "帮我列出所有引用 `{x}` 的地方"),
        "callers": ("{x} 在哪里被调用？", "`{x}` 都是被哪些函数调用的"),
        "callees": ("{x} 里面都调了什么函数", "请列出 `{x}` 中被调用的函数。"),
        "bases": ("{x} 的基类是哪个", "`{x}` 是从哪个类派生出来的？"),
        "subclasses": ("{x} 的派生类有哪些", "请问有没有类继承自 `{x}`，分别是哪些？"),
        "returns": ("调用 {x} 之后返回的是什么类型？", "`{x}` 的返回值是啥"),
        "contents": ("{x} 这个文件里定义了哪些类和函数？", "帮我概括一下 `{x}` 里都有哪些内容"),
    },
    "ja": {
        "definition": ("{x} の定義ってどこ？", "`{x}` が定義されているファイルを教えてください。"),
        "uses": ("{x} の使用箇所を一覧にして", "`{x}` を参照しているコードはどこにありますか？"),
        "callers": ("{x} の呼び出し元を教えて", "どの関数が `{x}` を呼んでいますか？"),
        "callees": ("{x} の中で呼ばれている関数を教えてください。", "`{x}` はどの関数を呼んでる？"),
        "bases": ("{x} の親クラスは何ですか？", "`{x}` ってどのクラスから派生してるの"),
        "subclasses": ("{x} から派生しているクラスを全部教えて", "`{x}` の子クラスにはどんなものがありますか？"),
        "returns": ("{x} を呼ぶと何が返ってくる？", "`{x}` はどんな型の値を返しますか？"),
        "contents": ("{x} で定義されているクラスと関数を教えて", "`{x}` というファイルには何が書かれていますか？"),
    },
}
