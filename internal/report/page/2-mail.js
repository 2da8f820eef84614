// The mail at any time: what it was at the start, and the changes up to then.

/** @typedef {{acc: string, name: string, rows: Map<number, {m: number, f: string}>}} BoxNow */

/** @param {string} acc @param {string} box */
const keyOf = (acc, box) => acc + '\n' + box;

/** All mailboxes after the changes up to a place in the order. @param {number} s @returns {Map<string, BoxNow>} */
function mailAt(s) {
  /** @type {Map<string, BoxNow>} */
  const mail = new Map();
  for (const b of D.start) mail.set(keyOf(b.acc, b.name), {acc: b.acc, name: b.name, rows: new Map((b.rows || []).map(r => [r.u, {m: r.m, f: r.f || ''}]))});
  for (const c of D.changes) {
    if (c.s > s) break;
    change(mail, c);
  }
  return mail;
}

/** @param {Map<string, BoxNow>} mail @param {Change} c */
function change(mail, c) {
  const k = keyOf(c.acc, c.box), u = c.u || 0;
  if (c.op === 'd') {
    mail.delete(k);
    return;
  }
  let box = mail.get(k);
  if (!box) mail.set(k, box = {acc: c.acc, name: c.box, rows: new Map()});
  const row = box.rows.get(u);
  if (c.op === '+') box.rows.set(u, {m: c.m || 0, f: c.f || ''});
  else if (c.op === '-') box.rows.delete(u);
  else if (c.op === '~' && row) box.rows.set(u, {m: row.m, f: c.f || ''});
  else if (c.op === 'v') box.rows = new Map();
  else if (c.op === 'r') {
    mail.delete(k);
    mail.set(keyOf(c.acc, c.to || ''), {acc: c.acc, name: c.to || '', rows: box.rows});
  }
}

/** Where a message is, or was last. @param {number} m @param {number} s @returns {Place | null} */
function placeOf(m, s) {
  const f = (D.focus || []).find(p => p.m === m);
  if (f) return f;
  for (const b of mailAt(s).values()) for (const [u, r] of b.rows) if (r.m === m) return {acc: b.acc, box: b.name, u, m};
  const c = D.changes.find(c => c.m === m && c.op === '+');
  return c ? {acc: c.acc, box: c.box, u: c.u || 0, m} : null;
}

/** A mailbox with its account, unless that is the one that is meant. @param {string} acc @param {string} box */
const boxName = (acc, box) => acc && acc !== D.test.account ? acc + ': ' + box : box;
