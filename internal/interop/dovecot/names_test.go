package dovecot_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

const validityMark = "validity:"

func validity(value string) string { return validityMark + value }

var validities = regexp.MustCompile(validityMark + `\d+`)

// nameValidities names each UIDVALIDITY by the order of appearance, if they are those of
// one account.
func (n *normaliser) nameValidities(answers [][]string) {
	var seen []string
	for _, lines := range answers {
		for i := range lines {
			lines[i] = validities.ReplaceAllStringFunc(lines[i], func(m string) string {
				if n.people {
					return "validity"
				}
				if !slices.Contains(seen, m) {
					seen = append(seen, m)
				}
				return fmt.Sprintf("validity#%d", slices.Index(seen, m)+1)
			})
		}
	}
}

const modSeqMark = "modseq:"

func modSeq(value string) string { return modSeqMark + value }

var modSeqs = regexp.MustCompile(modSeqMark + `(\d+)`)

// nameModSeqs replaces modseqs by their rank among all of the dialogue or, as
// servers may raise them as they like, by nothing.
func (n *normaliser) nameModSeqs(answers [][]string) {
	var all []int
	each := func(f func(int) string) {
		for _, lines := range answers {
			for i := range lines {
				lines[i] = modSeqs.ReplaceAllStringFunc(lines[i], func(m string) string {
					value, err := strconv.Atoi(m[len(modSeqMark):])
					if err != nil {
						return m
					}
					return f(value)
				})
			}
		}
	}
	each(func(v int) string { all = append(all, v); return modSeq(strconv.Itoa(v)) })
	slices.Sort(all)
	all = slices.Compact(all)
	each(func(v int) string {
		if !n.ranks {
			return "modseq"
		}
		return fmt.Sprintf("modseq#%d", slices.Index(all, v)+1)
	})
}
