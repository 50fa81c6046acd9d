"""What each later room adds to the told place, so that no table of clients is empty in it: a module per room with

`async def live(place: Place, town: Town) -> None`   rows of Aino (town.clients["aino"]) in each table of the room.

Called a second time on the same place, it makes more of them.
"""
