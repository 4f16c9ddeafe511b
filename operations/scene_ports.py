"""What the scenes that officers put on the wall need of a store."""

from typing import Protocol

from domain.scene import WallScene


class SceneStore(Protocol):
    def newest(self) -> WallScene | None: ...
    def add(self, scene: WallScene) -> None: ...
