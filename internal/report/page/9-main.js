// The page is built, and of a live one goes on.

const app = must('app');
const narrow = matchMedia('(max-width:900px)');

/** Draws everything. */
function drawAll() {
  drawTools();
  drawHeads();
  render();
  drawMap();
  drawPane();
}

/**
 * Takes in what has changed: of a list the elements by index and how many there are, of all
 * else the whole.
 * @param {Record<string, any>} news
 */
function update(news) {
  const last = S.sel === 0 || S.sel === D.ev.length;
  for (const [name, part] of Object.entries(news)) {
    if (part && typeof part === 'object' && 'n' in part) {
      const list = /** @type {any} */ (D)[name] || [];
      list.length = part.n;
      for (const [i, element] of Object.entries(part.put || {})) list[Number(i)] = element;
      /** @type {any} */ (D)[name] = list;
    } else /** @type {any} */ (D)[name] = part;
  }
  drawTop(news);
  index();
  if (!ev(S.sel)) S.sel = 0;
  if (S.msg && !D.msgs[S.msg.m]) S.msg = null;
  const pinned = document.documentElement.scrollHeight - innerHeight - scrollY < 80;
  drawAll();
  if (last && D.ev.length) select(D.ev.length, {quiet: true, scroll: pinned});
}

/**
 * Draws what is new above the events: HTML, which Go has made. A failure is said, too.
 * @param {Record<string, any>} news
 */
function drawTop(news) {
  if (news.title) document.title = news.title;
  for (const name of ['bar', 'verdict']) {
    if (news[name] == null) continue;
    const place = must(name), open = !!place.querySelector('details')?.open;
    place.replaceChildren(...new DOMParser().parseFromString(news[name], 'text/html').body.childNodes);
    for (const more of place.querySelectorAll('details')) more.open = open;
    const failure = name === 'verdict' && place.querySelector('h2');
    if (failure) say(failure.textContent || '');
  }
}

/** Follows a server, if the page came from one. */
function live() {
  const url = document.body.dataset.live;
  if (!url) return;
  const state = /** @type {HTMLElement} */ (document.querySelector('.live .state'));
  const stream = new EventSource(url);
  stream.onopen = () => { state.textContent = 'live'; };
  stream.onerror = () => { state.textContent = 'the server does not answer'; };
  stream.onmessage = m => update(JSON.parse(m.data));
  for (const b of document.querySelectorAll('.live button')) b.addEventListener('click', () => act(/** @type {HTMLElement} */ (b), state));
}

/** What a button of the live page does. @param {HTMLElement} b @param {HTMLElement} state */
async function act(b, state) {
  const body = 'file' in b.dataset ? await chooseFile() : undefined;
  if (body === null) return;
  try {
    const r = await fetch(b.dataset.post || '', {method: 'POST', body});
    state.textContent = b.textContent + ': ' + (r.ok ? 'done' : (await r.text()).slice(0, 200) || r.statusText);
  } catch {
    state.textContent = b.textContent + ': the server does not answer';
  }
}

/** @returns {Promise<File | null>} */
const chooseFile = () => new Promise(done => {
  const input = /** @type {HTMLInputElement} */ (h('input', {type: 'file', onchange: () => done(input.files && input.files[0]), oncancel: () => done(null)}));
  input.click();
});

index();
app.append(h('section', {class: 'card', 'aria-label': 'Events'}, h('div', {class: 'tools'}, modes, search, scales), mapBox, heads, list));
app.hidden = false;
S.sel = D.open || D.ev.length;
S.msg = (D.focus || [])[0] || null;
S.since = !!D.open;
S.all = !D.open && !!document.body.dataset.live;
if (S.sel) unfold(S.sel);
drawAll();
follow();
addEventListener('hashchange', follow);
document.addEventListener('keydown', pressed);
document.addEventListener('click', clicked);
narrow.addEventListener('change', placePane);
addEventListener('resize', drawHeads);
live();
