// The overview: all events in a strip, in order or to scale.

const mapBox = h('div', {class: 'map'});
/** @type {Map<number, [number, number, number, number]>} where each event lies: x, y, width and height */
const bars = new Map();
let chosen = svg('rect');

/** Draws the overview: a shape a colour, however many events there are. */
function drawMap() {
  const n = D.ev.length || 1, lane = D.cols.length > 5 ? 10 : 13, height = D.cols.length * lane + 4, width = 1000;
  const end = D.ev.reduce((last, e) => Math.max(last, e.t + (e.d || 0)), 1e-9);
  const box = svg('svg', {viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', height, 'aria-hidden': 'true'});
  const scaled = S.scale === 'time';
  let lines = '';
  for (const l of D.lanes) {
    const a = scaled ? 0 : Math.max(0, rank(l.s) - 1) / n, b = scaled || !l.e ? 1 : rank(l.e) / n;
    lines += rectangle(width * a, l.col * lane + lane / 2 + 1, width * (b - a), 1);
  }
  box.append(svg('path', {d: lines, fill: 'var(--life)'}));
  bars.clear();
  /** @type {Map<string, string>} */
  const shapes = new Map();
  for (const e of D.ev) {
    const x = scaled ? width * e.t / end : width * (e.id - 1) / n;
    const w = scaled ? Math.max(width * (e.d || 0) / end, 1.5) : Math.max(.8, width * (Math.max(rank(endOf(e) - 1), e.id) - e.id + 1) / n - Math.min(1.5, width / n / 4));
    const at = /** @type {[number, number, number, number]} */ ([x, laneOf(e).col * lane + 3, w, lane - 3]);
    const look = colour(e) + (e.hot || e.cls !== 'ok' ? '' : ' .55');
    bars.set(e.id, at);
    shapes.set(look, (shapes.get(look) || '') + rectangle(...at));
  }
  for (const [look, d] of shapes) {
    const [fill, opacity] = look.split(' ');
    box.append(svg('path', {d, fill, opacity}));
  }
  chosen = svg('rect', {fill: 'none', stroke: 'var(--ink)', 'stroke-width': 1.5, 'vector-effect': 'non-scaling-stroke'});
  box.append(chosen);
  box.addEventListener('click', at => {
    const r = box.getBoundingClientRect(), mouse = /** @type {MouseEvent} */ (at), x = (mouse.clientX - r.left) / r.width;
    const col = Math.floor((mouse.clientY - r.top) / r.height * height / lane);
    const away = (/** @type {Ev} */ e) => Math.abs((scaled ? e.t / end : (e.id - .5) / n) - x) + (laneOf(e).col === col ? 0 : .06);
    if (D.ev.length) select(D.ev.reduce((a, b) => away(b) < away(a) ? b : a).id, {focus: true});
  });
  mapBox.replaceChildren(box);
  markBar(S.sel);
}

/** @param {number} x @param {number} y @param {number} w @param {number} h */
const rectangle = (x, y, w, h) => `M${x.toFixed(2)} ${y}h${w.toFixed(2)}v${h}h-${w.toFixed(2)}z`;

/** How many events have begun up to a place in the order. @param {number} s */
function rank(s) {
  let a = 0, b = D.ev.length;
  while (a < b) {
    const m = (a + b) >> 1;
    if (D.ev[m].s <= s) a = m + 1; else b = m;
  }
  return a;
}

/** @param {Ev} e */
function colour(e) {
  if (e.cls === 'bad' || e.cls === 'none') return 'var(--bad)';
  if (e.cls === 'no') return 'var(--warn)';
  if (e.hot) return 'var(--accent)';
  return byTest(e) ? 'var(--test)' : 'var(--busy)';
}

/** Puts the frame about an event. @param {number} n */
function markBar(n) {
  const [x, y, width, height] = bars.get(n) || [0, 0, 0, 0];
  for (const [name, v] of Object.entries({x, y, width, height})) chosen.setAttribute(name, String(v));
  chosen.toggleAttribute('hidden', !bars.has(n));
}
