"""The editor of contingency plans: editions over the city's own files, checked before they can be used."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain.account import Actor, NotAllowed, Permission
from domain.city import City, Post, Template
from domain.order import Mode
from domain.plan import Flaw, flaws
from operations.account_problems import AccountProblem
from operations.drafts import Draft, OrderRequest, draft
from operations.plan_book import EditionState, as_plain, from_plain, plan_in_force, shipped
from operations.ports import Begin, Clock, Row, Work
from operations.targets import Targets
from operations.zones import zone_of

PLAN_BANS = "plan"  # the city's words that no plan may hold


class PlanFlawed(AccountProblem):
    """Nothing was saved; `flaws` says everything that is wrong with the plan."""

    def __init__(self, found: list[Flaw]) -> None:
        self.flaws = tuple(found)
        super().__init__("plan_flawed", n=len(found))


@dataclass(frozen=True)
class Shown:
    """A plan as its editor sees it: as it is used, or as it last was when it was withdrawn. `own`: the city ships a
    file of this key; `saved_at`, `saved_by` of the newest edition, None for a file that nobody has touched."""

    plan: Template
    withdrawn: bool
    own: bool
    saved_at: datetime | None = None
    saved_by: str = ""

    @property
    def edited(self) -> bool:
        return self.saved_at is not None


class Plans:
    """Administrators change plans, and whoever may order the whole city: who answers for an order answers for its
    words. Whoever sees ledgers, dispatches or administers may read them. All refusals are NotAllowed or
    AccountProblem."""

    def __init__(self, begin: Begin, read: Begin, *, clock: Clock, city: City) -> None:
        self._begin, self._read, self._clock, self._city = begin, read, clock, city

    def all(self, actor: Actor) -> list[Shown]:
        """Every plan, also the withdrawn: the city's own first."""
        self._may_read(actor)
        with self._read() as work:
            newest = {row["key"]: row for row in work.plans.newest_of_all()}
            keys = dict.fromkeys([*shipped(self._city), *newest])
            return [self._shown(work, key, newest.get(key)) for key in keys]

    def get(self, actor: Actor, key: str) -> Shown:
        """Raises AccountProblem when there never was one of this key."""
        self._may_read(actor)
        with self._read() as work:
            return self._known(work, key)

    def editions(self, actor: Actor, key: str) -> list[Row]:
        """Every edition that was saved, newest first: version, state, saved_at, saved_name, plan (None: withdrawn, or
        the city's file)."""
        self._may_read(actor)
        with self._read() as work:
            self._known(work, key)
            return [_edition(row) for row in work.plans.editions(key)]

    def save(self, actor: Actor, plan: Template, *, base: int | None = None) -> Template:
        """Make this the plan in force, as a new edition. `base`: the edition that was edited, refused when somebody
        else has saved since. Raises PlanFlawed with everything that is wrong."""
        self._may_change(actor)
        self._check(plan)
        version = self._add(actor, plan.key, EditionState.WRITTEN, base=base, body=as_plain(plan))
        return replace(plan, version=version)

    def withdraw(self, actor: Actor, key: str, *, base: int | None = None) -> None:
        """Take the plan out of use; its editions stay, and running orders keep what they have."""
        self._may_change(actor)
        with self._read() as work:
            if plan_in_force(work, self._city, key) is None:
                raise AccountProblem("plan_unknown", plan=key)
        self._add(actor, key, EditionState.WITHDRAWN, base=base)

    def restore(self, actor: Actor, key: str, version: int = 0) -> Template:
        """Put an earlier edition into force again, or with 0 the city's own file; as a new edition."""
        self._may_change(actor)
        with self._read() as work:
            earlier = next((row for row in work.plans.editions(key) if row["version"] == version), None)
        if version == 0:
            if key not in shipped(self._city):
                raise AccountProblem("plan_not_shipped", plan=key)
            return replace(shipped(self._city)[key], version=self._add(actor, key, EditionState.SHIPPED))
        if earlier is None or earlier["body"] is None:
            raise AccountProblem("plan_unknown", plan=f"{key} {version}")
        return self.save(actor, from_plain(earlier["body"]))

    def preview(self, actor: Actor, plan: Template, variables: Mapping[str, str], mode: str = Mode.LIVE) -> Draft:
        """Byte for byte what an order after this plan would say if it were issued now. Raises PlanFlawed; OrderRefused
        for variables without a value, or words that such an order may not hold."""
        self._may_read(actor)
        self._check(plan)
        request = OrderRequest(Targets(), mode=mode, template=plan.key, variables=variables)
        now, posts = self._clock.real(), self._examples(plan)
        return draft(self._city, plan, request, posts, now=now, zone=zone_of(self._city))

    def flaws(self, plan: Template) -> list[Flaw]:
        """Everything that is wrong with a plan; lengths are those of a drill with its mark."""
        relative = self._city.banned_phrases.get(PLAN_BANS, ())
        return flaws(plan, mark=self._city.drill_mark, relative=relative)

    def _check(self, plan: Template) -> None:
        found = self.flaws(plan)
        if found:
            raise PlanFlawed(found)

    def _examples(self, plan: Template) -> list[Post]:
        """One post of each tier, so that every limit is shown."""
        return [next(iter(self._city.posts_of([tier])), self._city.posts[0]) for tier in plan.tiers]

    def _add(
        self, actor: Actor, key: str, state: EditionState, *, base: int | None = None, body: Row | None = None
    ) -> int:
        with self._begin() as work:
            version = work.take_numbers(f"plan {key}", 1)  # whoever else saves this plan waits here
            newest = work.plans.newest(key)
            if base is not None and base != (newest["version"] if newest else 0):
                raise AccountProblem("plan_changed", plan=key)
            edition = {"key": key, "version": version, "state": str(state), "body": body}
            when = {"saved_at": self._clock.real(), "saved_by": actor.id, "saved_name": actor.name}
            work.plans.add(edition | when)
            work.audit(actor, f"plan.{state}", key, {"version": version})
        return version

    def _known(self, work: Work, key: str) -> Shown:
        newest = work.plans.newest(key)
        if newest is None and key not in shipped(self._city):
            raise AccountProblem("plan_unknown", plan=key)
        return self._shown(work, key, newest)

    def _shown(self, work: Work, key: str, newest: Row | None) -> Shown:
        plan, own = plan_in_force(work, self._city, key), key in shipped(self._city)
        if newest is None:
            return Shown(shipped(self._city)[key], withdrawn=False, own=True)
        last = plan or self._last(work, key)
        return Shown(last, plan is None, own, newest["saved_at"], newest["saved_name"])

    def _last(self, work: Work, key: str) -> Template:
        """What a withdrawn plan was."""
        written = next((row for row in work.plans.editions(key) if row["body"] is not None), None)
        newest = work.plans.newest(key)
        version = newest["version"] if newest else 0
        if written is None:
            return replace(shipped(self._city)[key], version=version)
        return from_plain(written["body"], version)

    def _may_read(self, actor: Actor) -> None:
        if not (actor.may(Permission.ADMINISTER) or actor.may(Permission.DISPATCH)):
            actor.must(Permission.SEE_LEDGER)

    def may_change(self, actor: Actor) -> bool:
        """Whether the actor may save plans, withdraw them and put them back."""
        return actor.may(Permission.ADMINISTER) or actor.dispatch_root == self._city.code

    def _may_change(self, actor: Actor) -> None:
        if not self.may_change(actor):
            raise NotAllowed(f"{actor.name} may not change plans: administrators and officers of the whole city may")


def _edition(row: Row) -> Row:
    kept = {name: row[name] for name in ("version", "state", "saved_at", "saved_name")}
    return kept | {"plan": from_plain(row["body"], row["version"]) if row["body"] is not None else None}
