// A session of ImapFlow with each server of the list on standard input, and a line of JSON
// about each.
const { ImapFlow } = require('imapflow');

const mail = 'Subject: Lunch?\r\n\r\nAt noon?\r\n';

async function session(server) {
	const client = new ImapFlow({
		host: server.host,
		port: server.port,
		secure: false,
		doSTARTTLS: false,
		auth: server.passwords ? { user: server.user, pass: server.password } : { user: server.user, accessToken: server.token },
		clientInfo: { name: 'imapflow' },
		logger: false,
	});
	client.on('error', () => {}); // what was asked for is rejected
	await client.connect();
	try {
		const listed = await client.list();
		const other = (await client.mailboxCreate('Work')).path;
		await client.append('INBOX', mail, ['\\Seen']);
		const lock = await client.getMailboxLock('INBOX');
		try {
			const found = await client.search({ subject: 'Lunch' }, { uid: true });
			const message = await client.fetchOne(found[0], { uid: true, flags: true, source: true }, { uid: true });
			if (!(await client.messageFlagsAdd(message.uid, ['\\Flagged'], { uid: true }))) throw new Error('STORE is refused');
			if (!(await client.messageMove(message.uid, other, { uid: true }))) throw new Error('MOVE is refused');
			return { listed: listed.map((mbox) => mbox.path), found: found.length, body: message.source.toString(), moved: other };
		} finally {
			lock.release();
		}
	} finally {
		await client.logout();
	}
}

async function main() {
	const servers = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
	await Promise.all(
		servers.map(async (server) => {
			const result = await session(server).catch((err) => ({ error: `${err.message} ${err.responseText ?? ''}` }));
			console.log(JSON.stringify({ name: server.name, ...result }));
		}),
	);
}

main();
