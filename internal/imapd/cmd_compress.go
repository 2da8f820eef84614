package imapd

import "github.com/emersion/go-imap/v2"

// codeCompressionActive: RFC 4978, section 3.
const codeCompressionActive imap.ResponseCode = "COMPRESSIONACTIVE"

// COMPRESS: RFC 4978.
//
//	compress = "COMPRESS" SP "DEFLATE"
type compressCmd struct{}

func parseCompress(p *parser) command {
	p.SP()
	p.option("compression algorithm", "DEFLATE")
	return compressCmd{}
}

func (compressCmd) run(c *conn, ok *okResponse) error {
	if c.compressed {
		return no("command.compressed", codeCompressionActive, "DEFLATE is active already")
	}
	c.compressed = true
	c.afterReply = c.compress
	ok.text = "DEFLATE active"
	return nil
}
