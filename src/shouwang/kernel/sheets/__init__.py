"""Sheets: spreadsheets that people take away, made from rows that somebody else has read.

Not a store and not a report: what stands in a row is for the caller to say, also who may see it. Nothing here
writes to the database; a workbook is bytes.
"""
