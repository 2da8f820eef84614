package imaptest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/glob"
	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/rule"
)

// commandNames are those that the engine has, with the capability that each needs.
var commandNames = imapd.CommandCaps()

// orNearest offers a name for one that there is not.
func orNearest(name string, names []string) string { return rule.OrNearest(name, names) }

// wrongName says why a rule's command cannot come, "" if it can. What a client may send
// that the server does not know is for Reply, if it is not rather a typing error.
func (r *ruleCore) wrongName(e *effect) string {
	if r.at != onCommand || r.pattern.name == "" {
		return ""
	}
	raw := e.traits&isRaw != 0 || r.core.Has(isRaw)
	if strings.HasPrefix(e.verb, "Command(") {
		return ""
	}
	if wrong := r.srv.wrongCommand(r.pattern); wrong != "" {
		if raw && (strings.HasPrefix(r.pattern.name, "X") || rule.Nearest(r.pattern.name, allNames()) == "") {
			return ""
		}
		return wrong
	}
	if raw {
		return ""
	}
	for name, needs := range commandNames {
		if glob.Match(r.pattern.name, name) && r.srv.engine.Has(needs) {
			return ""
		}
	}
	if needs, isOne := commandNames[r.pattern.name]; isOne && !r.srv.engine.Has(needs) {
		return fmt.Sprintf("the server has no %s: its profile is without %s; Reply answers it all the same", r.pattern.name, needs)
	}
	return ""
}

// wrongCommand says that a pattern is about a command that nobody knows.
func (s *Server) wrongCommand(p pattern) string {
	if p.name == "" || isGap(p.text) {
		return ""
	}
	for name := range commandNames {
		if glob.Match(p.name, name) {
			return ""
		}
	}
	if s.engine.Knows(p.name) {
		return ""
	}
	return fmt.Sprintf("there is no command %s%s (Server.Command makes one known)", p.name, orNearest(p.name, allNames()))
}

// wrongCommands is wrongCommand for several patterns.
func (s *Server) wrongCommands(patterns ...pattern) string {
	for _, p := range patterns {
		if p.text == "" {
			return "a pattern is empty; \"*\" is any command"
		}
		if wrong := s.wrongCommand(p); wrong != "" {
			return wrong
		}
	}
	return ""
}

func allNames() []string { return slices.Sorted(maps.Keys(commandNames)) }
