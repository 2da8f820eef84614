// Package report makes one HTML file of what happened at a server while a test ran: what
// clients, the test and the server did to each other in their order, what became of the
// mail, and why the test failed.
//
// It takes plain data ([Data]) and knows nothing of servers.
package report
