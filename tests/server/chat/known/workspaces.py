"""A small workspace for each language, in which every form of question has something to find."""
# ruff: noqa: E501 (code that a table quotes)

PYTHON = {
    "shop/__init__.py": "from .cart import Cart\n",
    "shop/money.py": (
        "import math\n\n\ndef price(cart, tax=0.2):\n"
        '    """Work out what a cart costs.\n\n    Returns:\n        The sum in cents.\n\n'
        '    Raises:\n        ValueError: where the cart is empty.\n    """\n'
        "    if not cart.items:\n        raise ValueError('empty')\n\n"
        "    def rounded(x):\n        return math.floor(x)\n\n"
        "    text = 'raise KeyError'  # raise OSError\n"
        "    return rounded(cart.total() * tax)\n"
    ),
    "shop/cart.py": (
        '"""Carts."""\n\nfrom .money import price\n\nLIMIT = 3\n\n\nclass Base:\n    """What has a total."""\n\n'
        "    def total(self) -> int:\n        return 0\n\n\nclass Cart(Base):\n"
        '    """What is bought."""\n\n    def __init__(self, items):\n        self.items = items\n\n'
        "    def total(self) -> int:\n        return sum(one.cents for one in self.items)\n\n"
        "    def pay(self, till):\n        try:\n            return till.take(price(self), self.total())\n"
        "        except OSError:\n            raise\n"
    ),
    "shop/till.py": (
        "import json\n\nimport shop\nfrom shop import Cart\nfrom shop import money\n\n\n"
        "class Till:\n    def take(self, cents, check):\n        log(json.dumps(cents))\n        return cents == check\n\n\n"
        "def open_till():\n    Cart([]).pay(Till())\n    return money.price(Cart([]))\n"
    ),
    "other/money.py": "def price(x):\n    return x\n\n\nclass Tray:\n    def take(self):\n        return price(1)\n",
    "tests/test_cart.py": (
        "from shop.cart import Cart\nfrom shop.money import price\n\n\ndef test_cart():\n"
        "    assert Cart([]).total() == 0\n\n\ndef test_price():\n    assert price(Cart([])) == 0\n"
    ),
}
TYPESCRIPT = {
    "src/shape.ts": (
        "/** Anything that is drawn. */\nexport interface Shape {\n  area(): number;\n}\n\n"
        "export abstract class Base implements Shape {\n  abstract area(): number;\n}\n"
    ),
    "src/circle.ts": (
        "import { Base } from './shape';\nimport { round } from './numbers';\n\n"
        "/** A circle. */\nexport class Circle extends Base {\n  constructor(readonly radius: number) {\n    super();\n"
        "    if (radius < 0) {\n      throw new RangeError('radius');\n    }\n  }\n\n"
        "  area(): number {\n    const twice = (x: number) => {\n      return 2 * x;\n    };\n"
        "    return round(twice(this.radius));\n  }\n}\n"
    ),
    "src/numbers.ts": "export const round = (x: number): number => {\n  return Math.round(x);\n};\n",
    "src/circle.test.ts": "import { Circle } from './circle';\n\ntest('area', () => new Circle(1).area());\n",
}
GO = {
    "go.mod": "module example.com/app\n",
    "pool/pool.go": (
        'package pool\n\nimport "errors"\n\n// Pool runs tasks.\ntype Pool struct {\n\tsize int\n}\n\n'
        "// Run runs one task.\nfunc (p *Pool) Run(task func() error) (int, error) {\n\tif p.size == 0 {\n"
        '\t\tpanic("empty")\n\t}\n\tif err := task(); err != nil {\n\t\treturn 0, errors.New("task")\n\t}\n'
        "\treturn grow(p.size), nil\n}\n"
    ),
    "pool/grow.go": "package pool\n\nfunc grow(n int) int {\n\treturn n + 1\n}\n",
    "main.go": (
        'package main\n\nimport "example.com/app/pool"\n\nfunc main() {\n\tp := &pool.Pool{}\n\tp.Run(nil)\n}\n'
    ),
}
RUST = {
    "src/main.rs": "mod pool;\n\nuse crate::pool::Pool;\n\nfn main() {\n    Pool::new(1).run();\n}\n",
    "src/pool.rs": (
        "use std::fmt;\n\n/// Runs tasks.\npub struct Pool {\n    size: usize,\n}\n\nimpl Pool {\n"
        "    /// Makes one.\n    pub fn new(size: usize) -> Self {\n        if size == 0 {\n"
        '            panic!("empty");\n        }\n        Pool { size }\n    }\n\n'
        "    pub fn run(&self) -> usize {\n        return grow(self.size);\n    }\n}\n\n"
        "impl fmt::Display for Pool {\n    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {\n"
        '        write!(f, "{}", self.size)\n    }\n}\n\nfn grow(n: usize) -> usize {\n    n + 1\n}\n'
    ),
}
JAVA = {
    "src/main/java/app/Pool.java": (
        "package app;\n\nimport java.io.IOException;\n\n/** Runs tasks. */\npublic class Pool extends Base implements Runnable {\n"
        "    public Pool(int size) {\n        super(size);\n    }\n\n"
        "    /**\n     * Runs all.\n     *\n     * @return how many were run\n     * @throws IOException when it is full\n     */\n"
        "    @Deprecated\n    public int runAll(String name) throws IOException {\n        if (name == null) {\n"
        '            throw new IllegalStateException("no name"); // throw new Error()\n        }\n'
        "        return grow(1);\n    }\n\n    private int grow(int n) {\n        return n + 1;\n    }\n}\n"
    ),
    "src/main/java/app/Base.java": "package app;\n\nclass Base {\n    Base(int size) {\n    }\n}\n",
    "src/main/java/app/Main.java": (
        'package app;\n\nclass Main {\n    static void main() throws Exception {\n        new Pool(1).runAll("x");\n    }\n}\n'
    ),
    "src/test/java/app/PoolTest.java": (
        'package app;\n\nclass PoolTest {\n    void runs() throws Exception {\n        new Pool(1).runAll("y");\n    }\n}\n'
    ),
}
C = {
    "src/pool.h": "struct pool {\n    int size;\n};\n\nint pool_run(struct pool *p);\n",
    "src/pool.c": (
        '#include <stdlib.h>\n#include "pool.h"\n\nstatic int grow(int n)\n{\n    return n + 1;\n}\n\n'
        "/* Runs it. Returns the new size. */\nint\npool_run(struct pool *p)\n{\n    if (!p)\n        abort();\n"
        "    return grow(p->size);\n}\n"
    ),
    "src/main.c": '#include "pool.h"\n\nint main(void)\n{\n    return pool_run(0);\n}\n',
}
ALL = {"python": PYTHON, "typescript": TYPESCRIPT, "go": GO, "rust": RUST, "java": JAVA, "c": C}
