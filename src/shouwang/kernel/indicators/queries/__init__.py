"""Reading indicators: values, days, the records behind them, and the article's table."""
