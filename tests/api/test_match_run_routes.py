"""Everything a match says is in the API's answers, and who is kept off a run's record."""

from tests.api.test_deal_routes import SignIn, need, ok, suppliers

__all__ = ["need", "suppliers"]  # the fixtures


def test_a_list_says_all_there_is_to_say_of_a_match(as_program: SignIn, suppliers: list[str], need: str) -> None:
    listed = ok(as_program("lead").post(f"/api/v1/needs/{need}/matches", params={"varied": False}))
    best = listed["matches"][0]
    assert (listed["policy"]["varied"], listed["policy"]["k"]) == (False, 10)
    assert all(listed["versions"].values())
    assert {finding["verdict"] for finding in best["findings"]} <= {"met", "partly", "no_evidence", "contradicted"}
    assert all(finding["text"] for finding in best["findings"])
    assert {rule["reason_key"].split(".")[0] for rule in best["rules"]} == {"rule"}
    assert {part["aspect"] for part in best["need_side"]["parts"]} == {"budget", "field", "region", "mode", "load"}
    assert best["bottleneck"] in ("need", "supplier", "even")
    assert (best["slot"], best["probability"]) == ("ranked", 1.0)
    assert isinstance(best["ways"], list)


def test_a_side_that_cannot_lift_a_match_is_not_said_to(
    as_program: SignIn, as_user: SignIn, suppliers: list[str], need: str
) -> None:
    listed = ok(as_program("lead").post(f"/api/v1/needs/{need}/matches", params={"varied": False}))
    ways = [way for match in listed["matches"] for way in match["ways"]]
    page = as_user("lead").get(f"/needs/{need}/matches").text
    counted = [sum(way["reason"] is None for way in ways), sum(way["reason"] is not None for way in ways)]
    assert counted[1]
    assert [page.count("可作如下改变，匹配档升至"), page.count("难以把匹配档升至")] == counted


def test_a_run_is_done_again_and_compared_with_now_over_the_api(
    as_program: SignIn, suppliers: list[str], need: str
) -> None:
    staff = as_program("lead")
    run = ok(staff.post(f"/api/v1/needs/{need}/matches"))["run"]
    replayed = ok(staff.get(f"/api/v1/match-runs/{run}/replay"))
    assert (replayed["same"], replayed["differences"], replayed["need"]) == (True, [], need)
    changes = ok(staff.get(f"/api/v1/match-runs/{run}/changes"))
    assert changes["order"] == ["model", "rules", "data"]
    assert all(
        line["change"] == line["by_model"] + line["by_rules"] + line["by_data"] == 0 for line in changes["places"]
    )
    for what in ("replay", "changes"):
        assert ok(staff.get(f"/api/v1/match-runs/nothing/{what}"), 404)["code"] == "match.run_not_found"
        assert as_program("enterprise").get(f"/api/v1/match-runs/{run}/{what}").status_code == 403
