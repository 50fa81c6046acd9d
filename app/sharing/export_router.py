from app.kit.routes import room

router = room("Clients")
