// Markdown of an answer -> HTML. Raw HTML is shown as text, images are not loaded, and `path:line` becomes a citation.

import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import MarkdownIt from 'markdown-it';

const LANGUAGES = {
  bash, c, cpp, csharp, css, go, ini, java, javascript, json, php, python, ruby, rust, sql, typescript, xml, yaml,
};

/** `src/pool.py:12`, `src/pool.py:12-30`; the path must have a file ending. */
const CITATION = /((?:[\w.@-]+\/)*[\w.@-]+\.\w{1,8}):(\d+)(?:[-–](\d+))?/g;

export function createRenderer(): (text: string) => string {
  for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);
  const markdown = new MarkdownIt({ html: false, linkify: false, breaks: false });
  markdown.disable('image');
  markdown.validateLink = (url) => /^https?:/i.test(url); // no command, no program of another scheme
  const { escapeHtml } = markdown.utils;

  const cite = (text: string, shape: (plain: string) => string) => {
    let html = '';
    let at = 0;
    for (const match of text.matchAll(CITATION)) {
      const [whole, path = '', start = '', end = start] = match;
      html += shape(text.slice(at, match.index));
      html += `<a class="cite" href="#" data-path="${escapeHtml(path)}" data-start="${start}" data-end="${end}" `;
      // A line ends after a folder or before the colon, never within a number.
      const name = escapeHtml(path).replaceAll('/', '/<wbr>');
      html += `title="Open ${escapeHtml(whole)}">${name}<span class="lines">${escapeHtml(whole.slice(path.length))}</span></a>`;
      at = match.index + whole.length;
    }
    return html + shape(text.slice(at));
  };

  markdown.renderer.rules.text = (tokens, position) => cite(tokens[position]?.content ?? '', escapeHtml);
  markdown.renderer.rules.code_inline = (tokens, position) => {
    const code = (plain: string) => (plain ? `<code>${escapeHtml(plain)}</code>` : '');
    return cite(tokens[position]?.content ?? '', code);
  };
  const block = (content: string, info: string) => {
    const name = info.trim().split(/\s+/)[0] ?? '';
    const known = name && hljs.getLanguage(name);
    const code = known ? hljs.highlight(content, { language: name, ignoreIllegals: true }).value : escapeHtml(content);
    return `<div class="code" data-language="${escapeHtml(name)}"><pre tabindex="0"><code>${code}</code></pre></div>`;
  };
  markdown.renderer.rules.fence = (tokens, position) => block(tokens[position]?.content ?? '', tokens[position]?.info ?? '');
  markdown.renderer.rules.code_block = (tokens, position) => block(tokens[position]?.content ?? '', '');
  return (text) => markdown.render(text);
}
