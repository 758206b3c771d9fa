"""Navigation without an app: requested panes, tab bar, breadcrumbs, and Esc."""

from __future__ import annotations

from scaler_monitor.ui.body import Body, HelpPage
from scaler_monitor.ui.filter_control import FilterControl
from scaler_monitor.ui.filter_line import FilterLine
from scaler_monitor.ui.navigation import Navigation
from scaler_monitor.ui.pane import Pane
from scaler_monitor.ui.tab_bar import Crumbs, TabBar
from scaler_monitor.ui.tab_list import all_tabs


class Panes(Body):
    """Records the panes, and mounts none."""

    def __init__(self) -> None:
        super().__init__()
        self.bases: list[str] = []
        self.pages: list[Pane] = []

    @property
    def base(self) -> str:
        return self.bases[-1] if self.bases else ""

    @property
    def pane(self) -> Pane | None:
        return self.pages[-1] if self.pages else None

    @property
    def active_table(self) -> None:
        return None

    @property
    def filtered(self) -> None:
        return None

    @property
    def path(self) -> tuple[str, ...]:
        return (self.base, *(page.crumb for page in self.pages))

    async def show_base(self, name: str) -> bool:
        self.bases.append(name)
        self.pages.clear()
        return name != "nowhere"

    async def push(self, pane: Pane) -> None:
        self.pages.append(pane)

    async def push_entity(self, kind: str, entity: str) -> bool:
        page = Pane(entity)
        page.crumb = f"{kind} {entity}"
        if kind == "worker":
            self.pages.append(page)
        return kind == "worker"

    async def pop(self) -> bool:
        return bool(self.pages) and bool(self.pages.pop())


class Filters(FilterControl):
    """A filter that may be in use."""

    in_use = False

    @property
    def is_in_use(self) -> bool:
        return self.in_use

    def clear(self) -> None:
        self.in_use = False

    def update(self) -> None:
        return


class Parts:
    """Navigation with its collaborators."""

    def __init__(self) -> None:
        self.panes, self.tab_bar, self.crumbs = Panes(), TabBar(), Crumbs()
        self.filters = Filters(FilterLine(), self.panes, lambda: None, lambda: None)
        self.changes: list[str] = []
        self.navigation = Navigation(
            self.panes, self.tab_bar, self.crumbs, self.filters, lambda: self.changes.append(self.panes.base)
        )


async def test_v_switches_between_the_top_view_and_the_last_tab() -> None:
    parts = Parts()
    await parts.navigation.go_to("top")
    await parts.navigation.command_view()
    await parts.navigation.command_tab("stream")
    await parts.navigation.command_view()
    await parts.navigation.command_view()
    assert parts.panes.bases == ["top", all_tabs()[0].name, "stream", "top", "stream"]
    assert parts.changes == parts.panes.bases
    assert (parts.tab_bar.active, parts.tab_bar.display) == ("stream", True)


async def test_a_tab_that_does_not_exist_changes_nothing() -> None:
    parts = Parts()
    await parts.navigation.go_to("nowhere")
    assert (parts.changes, parts.tab_bar.active) == ([], "")
    await parts.navigation.go_to("")
    assert parts.panes.base == all_tabs()[0].name


async def test_esc_closes_the_filter_then_help_then_goes_back() -> None:
    parts = Parts()
    navigation = parts.navigation
    await navigation.go_to("tasks")
    await navigation.open_entity("worker", "w1")
    await navigation.open_entity("weather", "rain")
    await navigation.command_help()
    assert isinstance(parts.panes.pane, HelpPage)
    assert parts.crumbs.path == ("tasks", "worker w1", "Help")
    parts.filters.in_use = True
    seen = []
    for _ in range(3):
        assert navigation.allows_back()
        await navigation.command_back()
        seen.append((parts.filters.in_use, parts.crumbs.path))
    assert seen == [
        (False, ("tasks", "worker w1", "Help")),
        (False, ("tasks", "worker w1")),
        (False, ("tasks",)),
    ]
    assert not navigation.allows_back()


async def test_the_key_of_help_leaves_it() -> None:
    parts = Parts()
    await parts.navigation.go_to("top")
    await parts.navigation.command_help()
    await parts.navigation.command_help()
    assert (parts.panes.pane, parts.crumbs.path) == (None, ("top",))
