// The overview: all events in a strip, in order or to scale.

const mapBox = h('div', {class: 'map'});
/** @type {Map<number, Element>} */
const bars = new Map();

/** Draws the overview. */
function drawMap() {
  const n = D.ev.length || 1, lane = D.cols.length > 5 ? 10 : 13, height = D.cols.length * lane + 4, width = 1000;
  const end = Math.max(1e-9, ...D.ev.map(e => e.t + (e.d || 0)));
  const box = svg('svg', {viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', height, 'aria-hidden': 'true'});
  const scaled = S.scale === 'time';
  for (const l of D.lanes) {
    const a = scaled ? 0 : Math.max(0, rank(l.s) - 1) / n, b = scaled || !l.e ? 1 : rank(l.e) / n;
    box.append(svg('rect', {x: width * a, y: l.col * lane + lane / 2 + 1, width: width * (b - a), height: 1, fill: 'var(--life)'}));
  }
  bars.clear();
  for (const e of D.ev) {
    const x = scaled ? width * e.t / end : width * (e.id - 1) / n;
    const w = scaled ? Math.max(width * (e.d || 0) / end, 1.5) : Math.max(.8, width * (Math.max(rank(endOf(e) - 1), e.id) - e.id + 1) / n - Math.min(1.5, width / n / 4));
    const bar = svg('rect', {x, y: laneOf(e).col * lane + 3, width: w, height: lane - 3, rx: 1, fill: colour(e), opacity: e.hot || e.cls !== 'ok' ? 1 : .55, 'vector-effect': 'non-scaling-stroke'});
    bars.set(e.id, bar);
    box.append(bar);
  }
  box.addEventListener('click', at => {
    const r = box.getBoundingClientRect(), mouse = /** @type {MouseEvent} */ (at), x = (mouse.clientX - r.left) / r.width;
    const col = Math.floor((mouse.clientY - r.top) / r.height * height / lane);
    const away = (/** @type {Ev} */ e) => Math.abs((scaled ? e.t / end : (e.id - .5) / n) - x) + (laneOf(e).col === col ? 0 : .06);
    if (D.ev.length) select(D.ev.reduce((a, b) => away(b) < away(a) ? b : a).id, {focus: true});
  });
  mapBox.replaceChildren(box);
  markBar(S.sel, true);
}

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

/** @param {number} n @param {boolean} on */
function markBar(n, on) {
  const bar = bars.get(n);
  if (!bar) return;
  if (on) {
    bar.setAttribute('stroke', 'var(--ink)');
    bar.setAttribute('stroke-width', '1.5');
  } else bar.removeAttribute('stroke');
}
