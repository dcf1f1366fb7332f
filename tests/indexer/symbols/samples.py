"""A small text of each language, and what it holds: symbols, mentions, imports, first sentences of docs."""
# ruff: noqa: E501 (code that a table quotes)

LANGUAGE_TABLE = {
    "python": (
        '''
from ..models import User as Person, Group
import os.path as p, json

LIMIT = 3
name = "x"

class Pool(Base, abc.ABC):
    """Holds workers. And more."""
    size: int = 4

    @cached
    def run(self, task: Task) -> Optional[Result]:
        try:
            return self.queue.put(Job(task))
        except Full:
            helpers.retry()

async def start():
    \'\'\'Starts it.\'\'\'
    def inner(): pass
''',
        {
            "constant LIMIT", "variable name", "class Pool", "field Pool.size", "method Pool.run", "function start",
            "function start.inner",
        },
        {
            "inherit Base", "inherit abc.ABC", "call cached", "type Task", "type Optional", "type Result",
            "call queue.put", "call Job", "type Full", "call helpers.retry",
        },
        {("..models", ("User as Person", "Group")), ("os.path", ("os.path as p",)), ("json", ())},
        {"Pool": "Holds workers.", "start": "Starts it.", "run": ""},
    ),
    "javascript": (
        """
import React, { useState as state, useMemo } from './react.js';
import * as ns from "lib";
const fs = require('fs');
export { a } from './b';
const lazy = import('./lazy');
/** Does it. Twice. */
export class Pool extends Base { run() { go(); this.queue.put(new Job()); } static size = 3; }
export const start = () => <Widget />;
const MAX = 1;
module.exports.stop = function () {};
function* each() {}
""",
        {
            "class Pool", "method Pool.run", "field Pool.size", "function start", "constant MAX", "function each",
            "function exports.stop", "variable fs", "variable lazy",
        },
        {"inherit Base", "call go", "call queue.put", "call Job", "call Widget"},
        {
            ("./react.js", ("useState as state", "useMemo", "default as React")), ("lib", ("* as ns",)), ("fs", ()),
            ("./b", ("a",)), ("./lazy", ()),
        },
        {"Pool": "Does it."},
    ),
    "typescript": (
        """
import type { Shape } from "@/shapes";
/** A pool. */
export abstract class Pool<T> extends Base<T> implements Runnable, ns.Closable { private size = 1; run(x: Shape): Out { return make(x) } }
interface Runnable extends Thing, ns.Other, ns.More<Shape> { run(): void; name: string }
type Pair = [Shape, Shape];
enum Colour { Red }
namespace inner { export const start = (): void => {}; }
""",
        {
            "class Pool", "field Pool.size", "method Pool.run", "interface Runnable", "method Runnable.run",
            "field Runnable.name", "type Pair", "enum Colour", "module inner", "function inner.start",
        },
        {"inherit Base", "inherit Runnable", "inherit ns.Closable", "inherit Thing", "inherit ns.Other",
         "inherit ns.More", "type Shape", "type Out", "call make"},
        {("@/shapes", ("Shape",))},
        {"Pool": "A pool."},
    ),
    "tsx": (
        "import { Box } from './box';\nexport function App(p: Props) { return <Box><Item/></Box>; }\n",
        {"function App"},
        {"call Box", "call Item", "type Props"},
        {("./box", ("Box",))},
        {},
    ),
    "go": (
        """
package pool
import (
	"fmt"
	q "example.com/app/queue"
)
// Pool holds workers. And more.
type Pool struct { Base; size int; job *Job }
type Runner interface { Run(t Task) error }
type (
	A struct{}
	B int
)
const Max = 3
var std = New()
// Run runs.
func (p *Pool) Run(t Task) (*Result, error) { q.Put(t); p.job.Do(); return &Result{}, nil }
func New() *Pool { return start() }
""",
        {
            "struct Pool", "field Pool.size", "field Pool.job", "interface Runner",
            "method Runner.Run", "struct A", "type B", "constant Max", "variable std", "method Pool.Run", "function New",
        },
        {
            "inherit Base", "type Job", "type Task", "type Result", "type Pool", "call q.Put", "call job.Do",
            "call start", "call New",
        },
        {("fmt", ()), ("example.com/app/queue", ("queue as q",))},
        {"Pool": "Pool holds workers.", "Run": "Run runs."},
    ),
    "rust": (
        """
use crate::queue::{Queue, job::Job as Work};
use super::*;
mod worker;
/// A pool. More.
#[derive(Debug, Clone)]
pub struct Pool<T> { jobs: Vec<Task> }
impl<T> Runner for Pool<T> { fn run(&self) -> Outcome { self.jobs.push(1); Queue::new(); helper::<u8>(); log!("x"); Outcome { a: 1 } } }
trait Runner: Sized { fn need(); }
enum Colour { Red }
pub const MAX: usize = 3;
macro_rules! go { () => {} }
""",
        {
            "module worker", "struct Pool", "field Pool.jobs", "implementation Pool", "method Pool.run",
            "trait Runner", "method Runner.need", "enum Colour", "field Colour.Red", "constant MAX", "macro go",
        },
        {
            "inherit Debug", "inherit Clone", "inherit Runner", "inherit Sized", "type Vec", "type Task",
            "type Outcome", "type Queue", "call jobs.push", "call Queue.new", "call helper", "call log",
        },
        {("crate::queue", ("Queue",)), ("crate::queue::job", ("Job as Work",)), ("super", ("*",)), ("self::worker", ())},
        {"Pool": "A pool."},
    ),
    "java": (
        """
package a.b;
import a.c.Queue;
import static a.c.Tools.*;
/**
 * A pool of workers. More.
 * @param x nothing
 */
@Service
public class Pool extends Base<Job> implements Runnable { static final int MAX = 1; Pool() {} Result run(Task t) { go(); queue.put(new Job()); } }
enum Colour { RED }
interface Q extends P { void need(); }
record Pair(int a) {}
""",
        {
            "class Pool", "constant Pool.MAX", "constructor Pool.Pool", "method Pool.run", "enum Colour",
            "constant Colour.RED", "interface Q", "method Q.need", "class Pair",
        },
        {
            "type Service", "inherit Base", "type Job", "inherit Runnable", "type Result", "type Task", "call go",
            "call queue.put", "call Job", "inherit P",
        },
        {("a.c.Queue", ("Queue",)), ("a.c.Tools", ("*",))},
        {"Pool": "A pool of workers."},
    ),
    "c": (
        """
#include "queue/job.h"
#include <stdio.h>
#define MAX 3
#define SQ(x) ((x) * (x))
/* A pool. More. */
struct pool { job_t *job; };
typedef struct pool pool_t;
enum colour { RED };
int start(pool_t *p);
static int *run(job_t *j) { j->next(); return put(j); }
""",
        {
            "constant MAX", "macro SQ", "struct pool", "type pool_t", "enum colour", "constant colour.RED",
            "declaration start", "function run",
        },
        {"type job_t", "type pool", "type pool_t", "call j.next", "call put"},
        {("queue/job.h", ()), ("stdio.h", ())},
        {"pool": "A pool."},
    ),
    "cpp": (
        """
#include "queue.hpp"
namespace app {
// Runs things.
class Pool : public Base, ns::Other { public: void stop(); int size; Job run() { return make(q->next()); } };
template <class T> struct Box {};
using Alias = Box<int>;
}
void app::Pool::stop() { helper::go(); auto x = new Job(); }
""",
        {
            "module app", "class app.Pool", "declaration app.Pool.stop", "field app.Pool.size", "method app.Pool.run",
            "struct app.Box", "type app.Alias", "method app::Pool.stop",
        },
        {
            "inherit Base", "inherit ns.Other", "type Job", "call make", "call q.next", "type Box", "call helper.go",
            "call Job",
        },
        {("queue.hpp", ())},
        {"Pool": "Runs things."},
    ),
    "csharp": (
        """
using System.Linq;
using Q = App.Queue;
namespace App {
/// <summary>A pool. More.</summary>
[Service]
public class Pool<T> : Base<T>, IRunner { const int Max = 1; public Job Work { get; } Pool() {} Result Run(Task t) { Go(); q.Put(new Job()); } }
enum Colour { Red }
}
""",
        {
            "module App", "class App.Pool", "field App.Pool.Max", "property App.Pool.Work", "constructor App.Pool.Pool",
            "method App.Pool.Run", "enum App.Colour", "constant App.Colour.Red",
        },
        {
            "type Service", "inherit Base", "inherit IRunner", "type Job", "type Result", "type Task", "call Go",
            "call q.Put", "call Job",
        },
        {("System.Linq", ("*",)), ("App.Queue", ("Queue as Q",))},
        {"Pool": "A pool."},
    ),
    "ruby": (
        """
require 'app/queue'
require_relative "job"
module App
  # A pool. More.
  class Pool < Base::Thing
    include Enumerable
    MAX = 3
    def run(x) = go(x)
    def self.make; Job.new(1).call; end
  end
end
""",
        {"module App", "class App.Pool", "constant App.Pool.MAX", "method App.Pool.run", "method App.Pool.make"},
        {"inherit Base.Thing", "inherit Enumerable", "call go", "call Job.new", "call call", "type Job", "call include"},
        {("app/queue", ()), ("./job", ())},
        {"Pool": "A pool."},
    ),
    "php": (
        r"""<?php
namespace App\Pools;
use Psr\Log\{LoggerInterface, Level as L};
use App\Queue;
require_once __DIR__ . '/job.php';
/** A pool. More. */
final class Pool extends Base implements Runner { use Logs; const MAX = 1; private int $size = 1;
  public function run(Task $t): ?Result { go(); $this->queue->put(new Job()); Tools::make(); } }
function start() {}
""",
        {
            r"module App.Pools", "class Pool", "constant Pool.MAX", "field Pool.size", "method Pool.run", "function start",
        },
        {
            "inherit Base", "inherit Runner", "inherit Logs", "type Task", "type Result", "call go", "call queue.put",
            "call Job", "call Tools.make", "type Tools",
        },
        {
            (r"Psr\Log\LoggerInterface", ("LoggerInterface",)), (r"Psr\Log\Level", ("Level as L",)),
            (r"App\Queue", ("Queue",)), ("job.php", ()),
        },
        {"Pool": "A pool."},
    ),
    "bash": (
        '\nsource ./lib.sh\n. "$DIR/job.sh"\nreadonly MAX=3\n# Runs it. More.\nrun() { go 1; ls | count; }\n',
        {"constant MAX", "function run"},
        {"call go", "call ls", "call count"},
        {("./lib.sh", ()), ("./job.sh", ())},
        {"run": "Runs it."},
    ),
    "kotlin": (
        """
package app.pool
import app.queue.Queue
import app.tools.*
import app.Job as Work
/** A pool. More. */
@Service
class Pool<T>(val size: Int) : Base(size), Runner {
    val queue = Queue()
    fun run(t: Task): Result {
        go()
        return queue.put(t)
    }
}
interface Runner : Thing
enum class Colour { RED }
object Single { fun only() {} }
typealias Pair = Map<String, Task>
fun String.extended() = 1
val MAX = 3
""",
        {
            "class Pool", "property Pool.queue", "method Pool.run", "interface Runner", "enum Colour",
            "constant Colour.RED", "object Single", "method Single.only", "type Pair", "function extended",
            "constant MAX",
        },
        {
            "type Service", "inherit Base", "inherit Runner", "inherit Thing", "call Queue", "type Task", "type Result",
            "call go", "call queue.put", "type Map",
        },
        {("app.queue.Queue", ("Queue",)), ("app.tools", ("*",)), ("app.Job", ("Job as Work",))},
        {"Pool": "A pool."},
    ),
    "swift": (
        """
import Foundation
import struct Tools.Hammer
/// A pool. More.
public final class Pool<T>: Base, Runner {
    static let shared = Pool()
    init(a: Int) { self.a = Job(a) }
    func run(_ t: Task) -> Result { go(); queue.put(t); return Tools.make() }
}
struct Point { let x = 1 }
enum Colour { case red }
protocol Runner: Thing { func need() }
extension Pool: Equatable { func more() {} }
typealias Pair = Point
let top = 3
""",
        {
            "class Pool", "property Pool.shared", "constructor Pool.init", "method Pool.run", "struct Point",
            "property Point.x", "enum Colour", "constant Colour.red", "interface Runner", "method Runner.need",
            "implementation Pool", "method Pool.more", "type Pair", "variable top",
        },
        {
            "inherit Base", "inherit Runner", "call Pool", "call Job", "type Task", "type Result", "call go",
            "call queue.put", "call Tools.make", "inherit Thing", "inherit Equatable", "type Point",
        },
        {("Foundation", ()), ("Tools", ("Hammer",))},
        {"Pool": "A pool."},
    ),
    "scala": (
        """
package app
import app.queue.Queue
import app.tools.{Hammer, Saw => Cutter}
import app.all._
/** A pool. More. */
class Pool[T](val size: Int) extends Base(size) with Runner {
  val Max = 3
  def run(t: Task): Result = { go(1); queue.put(t); new Job(3) }
}
trait Runner { def need: Int }
object Single extends App
enum Colour { case Red }
""",
        {
            "class Pool", "field Pool.Max", "method Pool.run", "trait Runner", "method Runner.need", "object Single",
            "enum Colour", "constant Colour.Red",
        },
        {
            "inherit Base", "inherit Runner", "type Task", "type Result", "call go", "call queue.put", "call Job",
            "inherit App",
        },
        {("app.queue.Queue", ("Queue",)), ("app.tools", ("Hammer", "Saw as Cutter")), ("app.all", ("*",))},
        {"Pool": "A pool."},
    ),
    "lua": (
        """
local queue = require "app.queue"
local M = {}
--- Runs it. More.
function M.run(x) go(x); x:call(1); queue.put(x) end
function M:stop() end
local function start() end
M.other = function() end
local t = { key = function() end }
return M
""",
        {
            "variable queue", "variable M", "function M.run", "method M.stop", "function start", "function M.other",
            "function t.key", "variable t",
        },
        {"call go", "call x.call", "call queue.put"},
        {("app.queue", ())},
        {"run": "Runs it."},
    ),
    "elixir": (
        '''
defmodule App.Pool do
  @moduledoc """
  A pool. More.
  """
  use GenServer
  @behaviour Runner
  import App.Tools, only: [make: 1]
  alias App.Queue, as: Q
  alias App.{Job, Task}
  @max 3
  @doc """
  Runs it. More.
  """
  @spec run(term) :: term
  def run(x, y) when is_list(x) do
    go(x)
    Q.put(y)
    %Job{a: 1}
    x |> piped()
  end
  defp hidden, do: 1
  defmacro mac(x), do: x
end
defimpl Proto, for: App.Pool do
end
''',
        {
            "module App.Pool", "attribute App.Pool.max", "function App.Pool.run", "function App.Pool.hidden",
            "macro App.Pool.mac", "implementation Proto",
        },
        {"inherit GenServer", "inherit Runner", "call go", "call Q.put", "type Job", "call piped", "call is_list", "call run"},
        {
            ("GenServer", ("*",)), ("App.Tools", ("*",)), ("App.Queue", ("Queue as Q",)), ("App.Job", ("Job",)),
            ("App.Task", ("Task",)),
        },
        {"Pool": "A pool.", "run": "Runs it."},
    ),
    "markdown": (
        "# Title\n\ntext\n\n## Part two\n\nmore\n",
        {"section Title", "section Title.Part two"},
        set(),
        set(),
        {},
    ),
}  # fmt: skip
