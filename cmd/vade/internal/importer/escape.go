package importer

// EscapeMarkdown keeps marks in plain text from being read as Markdown.
func EscapeMarkdown(text string) string { return escape(text) }

// EscapeMarkdownStart keeps a paragraph from being read as a heading, a list, a
// rule or a definition.
func EscapeMarkdownStart(text string) string { return escapeStart(text) }
