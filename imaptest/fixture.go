package imaptest

import "github.com/go-mailtest/mailtest/fixtures"

// Fixture is the state of the server at one moment as a set of mail files: what
// a bug needs can be saved and given to [WithMail] again.
//
//	os.WriteFile("testdata/bug17.txtar", srv.Fixture().Txtar(), 0o666)
//	srv := imaptest.Start(t, imaptest.WithoutDefaultMailboxes(),
//		imaptest.WithMail(fixtures.Txtar("testdata/bug17.txtar")))
//
// The docs of memstore say what the form has no place for.
func (s *Server) Fixture() *fixtures.Set { return s.Store().Fixture() }
