"""What each later room adds to the hostile corpus, found by itself: a module per room with

`async def set_up(hands: Hands) -> None`   rows in the states that its verbs need (kept in `hands.stage`), and
`def bodies(stage: Stage) -> dict[str, Valid]`   one request per operation with a body that succeeds on them.
"""
