package imaptest

import (
	"fmt"
	"maps"
	"slices"
)

// settingWords are the words with which settings of a profile file begin, where a setting is
// several.
var settingWords = map[string][]string{
	"caps":      {"before-login", "before-tls", "after-login", "has", "works", "dead", "ornaments"},
	"fetch":     {"uid-last"},
	"list":      {"root", "quote", "attributes", "order", "no-delimiter"},
	"names":     {"lenient"},
	"namespace": {"personal", "other", "shared"},
}

// orElsewhere says where a word stands that is right and in the wrong place, as "delimiter"
// behind "list"; of any other word it says what comes nearest to it.
func orElsewhere(word string, names []string) string {
	if specKeys()[word] != nil {
		return fmt.Sprintf("; %s is a setting of its own", word)
	}
	for _, key := range slices.Sorted(maps.Keys(settingWords)) {
		if slices.Contains(settingWords[key], word) {
			return fmt.Sprintf("; it is: %s %s", key, word)
		}
	}
	for _, row := range specLimits {
		if row.name == word {
			return "; it is: limit " + word
		}
	}
	return orNearest(word, names)
}
