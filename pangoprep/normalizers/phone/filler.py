"""What is typed to get past a form that wants a phone number: patterns over its digits."""

# One digit held down, or the digits in a row.
_ONE_KEY = "|".join(f"{digit}{{6,}}" for digit in range(10))
FILLER = rf"\A0+\z|\A(?:84)?0?(?:{_ONE_KEY}|12345678(?:9|90)?)\z|\A0?987654321?0?\z"
# Fillers even where a lost zero or an old prefix would make a number of them.
BARE_FILLER = rf"\A(?:{_ONE_KEY}|(?:84)?0?12345678(?:9|90)?)\z"
