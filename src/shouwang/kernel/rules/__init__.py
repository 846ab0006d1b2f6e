"""Rules: decision tables and parameters, versioned, dated, with their source, and decisions with reasons.

It is: which row of which version of a table applies to given facts, in words for both languages, and what a
refusal lacks. It is not a place for programs (cells are zen expressions, never Python), nor for personal data
(facts are passed in and never stored). Tables and parameters come from files of the app that owns them and
are loaded with `rules.api.load_folder`; what was published is never changed, only followed by a later one.
"""
