// Package inflate decompresses a DEFLATE stream (RFC 1951) that two sides talk
// through, where what has arrived must be acted on before more comes.
//
// The format has no marker for a flush: how a sender makes all of its data
// readable (Z_SYNC_FLUSH, Z_PARTIAL_FLUSH, the end of a block, or nothing but a
// literal that happens to end with a byte) is its own affair. So a [Reader]
// decodes every symbol that is there, hands out what it stands for, and reads its
// source only when the next symbol is not whole. compress/flate hands out data at
// an empty stored block, at the end and when its window is full, and waits for
// ever behind the other flushes.
//
// What is malformed is refused where zlib refuses it, incomplete and
// oversubscribed codes included.
package inflate
