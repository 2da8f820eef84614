// Elements.

/** @typedef {Node | string | null | undefined | false | any[]} Kid */

/**
 * An element with attributes and children; what begins with "on" is a listener.
 * @param {string} tag @param {Record<string, any>} [at] @param {...Kid} kids @returns {HTMLElement}
 */
function h(tag, at, ...kids) {
  return /** @type {HTMLElement} */ (fill(document.createElement(tag), at, kids));
}

/** @param {string} tag @param {Record<string, any>} [at] @param {...Kid} kids */
function svg(tag, at, ...kids) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), at, kids);
}

/** @param {Element} e @param {Record<string, any> | undefined} at @param {Kid[]} kids */
function fill(e, at, kids) {
  for (const [k, v] of Object.entries(at || {})) {
    if (v == null || v === false) continue;
    if (k.startsWith('on')) e.addEventListener(k.slice(2), v);
    else e.setAttribute(k, v === true ? '' : v);
  }
  for (const kid of /** @type {any[]} */ (kids).flat(9)) if (kid != null && kid !== false) e.append(kid);
  return e;
}

/** The mark of an event, or one by its name. @param {string} name */
const glyph = name => svg('svg', {class: 'g ' + name, viewBox: '0 0 11 11', 'aria-hidden': 'true'}, svg('use', {href: '#g-' + name}));
/** @param {Ev} e */
const glyphOf = e => glyph(e.kind === 'cmd' || e.kind === 'assert' ? e.cls : e.kind);

/**
 * Buttons of which one is pressed.
 * @template T @param {string} label @param {[T, string][]} options @param {T} now @param {(v: T) => void} pick
 */
const choice = (label, options, now, pick) => h('div', {class: 'seg', role: 'group', 'aria-label': label},
  options.map(([v, text]) => h('button', {type: 'button', 'aria-pressed': String(v === now), onclick: () => pick(v)}, text)));

/** A button that copies a text. @param {string} what @param {() => string} text */
function copier(what, text) {
  const b = h('button', {type: 'button', class: 'copy', 'aria-label': 'Copy ' + what, onclick: async () => {
    b.textContent = await copy(text()) ? 'Copied' : 'Not allowed';
    say(b.textContent);
    setTimeout(() => b.textContent = 'Copy', 1500);
  }}, 'Copy');
  return b;
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not every browser lets a file do that.
    const area = /** @type {HTMLTextAreaElement} */ (h('textarea', {class: 'vh', 'aria-hidden': 'true'}));
    area.value = text;
    document.body.append(area);
    const before = document.activeElement;
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (before instanceof HTMLElement) before.focus();
    return done;
  }
}

/** Says something to who cannot see it. @param {string} text */
const say = text => { must('said').textContent = text; };

/** @param {number} n @param {string} noun */
const plural = (n, noun) => n + ' ' + noun + (n === 1 ? '' : 's');
