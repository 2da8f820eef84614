// Package door holds the clients of examples/server in other languages to what they say:
// they run against the program as it is built, in pytest and in node. The program itself is
// held to being one file that needs nothing, for an image from scratch.
package door
