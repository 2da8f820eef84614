package api

import "net/http"

// Operations are all that can be asked for, in the order of the documentation.
func Operations() []Operation {
	const get, post, put, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete
	return []Operation{
		operation(get, "/health", "The server runs; and where it listens.", (*call).health),
		operation(get, "/openapi.json", "The description of these operations, as OpenAPI 3.1.", (*call).openAPI),

		operation(post, "/deliver", "Puts a message into a mailbox, as if it had just come; clients that idle are told.", (*call).deliver),
		operation(post, "/flags", "Adds flags to messages and takes others away, as another client would.", (*call).flags),
		operation(post, "/expunge", "Removes messages, whatever their flags, as another client would.", (*call).expunge),
		operation(post, "/move", "Moves messages to another mailbox of the account.", (*call).move),
		operation(post, "/mailbox/create", "Makes a mailbox.", (*call).createMailbox),
		operation(post, "/mailbox/rename", "Gives a mailbox another name.", (*call).renameMailbox),
		operation(post, "/mailbox/delete", "Deletes a mailbox.", (*call).deleteMailbox),
		operation(post, "/mailbox/bump", "Gives a mailbox a new UIDVALIDITY.", (*call).bumpUIDValidity),
		operation(post, "/account", "Adds an account with its default mailboxes.", (*call).addAccount),
		operation(post, "/account/token", "Sets the OAuth token of an account.", (*call).setToken),

		operation(get, "/state", "All accounts, mailboxes and messages.", (*call).state),
		operation(get, "/state.txt", "The same as text, as a test that fails prints it.", (*call).stateText),
		operation(get, "/report", "What happened, as one HTML file.", (*call).report),
		operation(get, "/message", "The source of a message.", (*call).source),
		operation(post, "/snapshot", "Remembers the mail as it is now.", (*call).snapshot),
		operation(get, "/snapshot/{id}/diff", "What has changed since a snapshot.", (*call).diff),
		operation(post, "/snapshot/{id}/restore", "Brings the mail back to a snapshot.", (*call).restore),
		operation(get, "/fixture", "The mail as a set of files, in one txtar archive.", (*call).fixture),
		operation(put, "/fixture", "Loads a fixture beside what is there.", (*call).load),

		operation(get, "/journal", "The commands of IMAP clients with their answers.", (*call).journal),
		operation(get, "/transcript", "What was said over IMAP.", (*call).transcript),
		operation(get, "/sent", "The mail that was sent over SMTP.", (*call).sent),
		operation(get, "/sent/{n}", "The source of a message that was sent; the first is 1.", (*call).sentSource),
		operation(get, "/smtp/journal", "The steps of SMTP sessions.", (*call).smtpJournal),
		operation(get, "/smtp/transcript", "What was said over SMTP.", (*call).smtpTranscript),
		operation(post, "/mark", "Begins the journal and the captured mail anew: what they say is about what follows.", (*call).mark),

		operation(post, "/wait/command", "Waits until a command was answered.", (*call).waitCommand),
		operation(post, "/wait/conns", "Waits until so many connections are open.", (*call).waitConns),
		operation(post, "/wait/logout", "Waits until a client has logged out and is gone.", (*call).waitLogout),
		operation(post, "/wait/exists", "Waits until a mailbox is there.", (*call).waitExists),
		operation(post, "/wait/count", "Waits until a mailbox has so many messages.", (*call).waitCount),
		operation(post, "/wait/message", "Waits until a mailbox has a message that matches.", (*call).waitMessage),
		operation(post, "/wait/flags", "Waits until a message has exactly these flags.", (*call).waitFlags),
		operation(post, "/wait/idle", "Waits until a client idles in a mailbox, and nothing else goes on there.", (*call).waitIdle),
		operation(post, "/wait/sent", "Waits until so many messages were sent, or one that matches.", (*call).waitSent),

		operation(post, "/rules", "Makes a rule that breaks something at a point of the protocol.", (*call).addRule),
		operation(get, "/rules", "The rules, and how often each fired and changed something.", (*call).listRules),
		operation(del, "/rules/{id}", "Takes a rule away.", (*call).removeRule),
		operation(del, "/rules", "Takes all rules and holds away.", (*call).clearRules),
		operation(post, "/rules/check", "Fails for every rule that never fired, and for every hold that was never released.", (*call).checkRules),
		operation(post, "/holds", "Holds the next command that matches, until it is released.", (*call).addHold),
		operation(get, "/holds/{id}", "Whether a hold was reached.", (*call).getHold),
		operation(post, "/holds/{id}/wait", "Waits until a command is held.", (*call).waitHold),
		operation(post, "/holds/{id}/release", "Lets the command go.", (*call).releaseHold),

		operation(post, "/drop", "Drops all connections of IMAP clients.", (*call).dropConns),
		operation(post, "/restart", "Restarts the server: connections are dropped, the mail stays.", (*call).restart),
		operation(post, "/refuse", "Refuses connections from now on.", (*call).refuse),
		operation(post, "/accept", "Accepts connections again.", (*call).accept),
		operation(post, "/reset", "Brings everything back to the start, for the next test.", (*call).reset),
	}
}
