package report

import "regexp"

// mailFrame stands before the HTML of a mail in the document of its frame. The policy is
// the first element, so that nothing of the mail comes before it; a click on a link asks
// for a new window, which an empty sandbox does not give.
const mailFrame = `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'">` +
	`<meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="x-dns-prefetch-control" content="off"><base target="_blank">`

// MailDocument is the document in which the HTML of a mail is shown. It is for a frame with
// an empty sandbox, in a page with a policy of its own: each keeps the mail from running
// anything, and the policies from loading anything.
func MailDocument(html string) string { return mailFrame + inert(html) }

// acting are the elements that make a browser act by themselves: to connect to another
// host, which no policy and no sandbox forbids (<link rel=preconnect>), to go to another
// page, or to show a document inside in which there is another of them.
var acting = regexp.MustCompile(`(?i)<(link|meta|base|iframe|frame|frameset|object|embed|applet|portal|fencedframe)([\s/>]|$)`)

// inert is HTML in which these are elements that mean nothing. A tag can be written in no
// other way than by its name.
func inert(html string) string { return acting.ReplaceAllString(html, "<x-$1$2") }
