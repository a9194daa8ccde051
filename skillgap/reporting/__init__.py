"""`GapReport` → text, HTML, Markdown, tables; everything from the resume is escaped."""
