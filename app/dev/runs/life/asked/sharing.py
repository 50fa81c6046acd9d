"""What leaves the team: shares and their links, gaps in permissions, cease notices, subscriptions and what was sent."""

from __future__ import annotations

from app.dev.runs.life.asked.ask import Ask
from app.dev.runs.life.bodies import SHARE, WORDS

SHARE_LINK = {"Share-Token": "{share_token}", "Share-Code": "{share_code}"}
STATED = {"consent_id": "stated"}
SUBSCRIPTION = {"name": "A system", "url": "https://hooks.example.org/in", "kinds": ["referral.accepted"]}

ASKED: dict[str, Ask] = {
    "replaceConsent": Ask(
        "nurse",
        {
            "recipientIds": ["{org_workshop}"], "dataClasses": ["participation"], "purposes": ["network_meeting"],
            "howGiven": "oral", "informationGivenAt": "{informed_at}", "validUntil": "{until_at}",
        },
    ),
    "verifyConsent": Ask("nurse", {"how": "asked_the_client"}, STATED),
    "checkConsent": Ask(
        "nurse", {"recipientId": "{org_kela}", "dataClasses": ["participation"], "purpose": "network_meeting"}
    ),
    "inviteToMeeting": Ask("nurse", {"participantIds": ["{person_coordinator_two}"]}),
    "askClient": Ask("nurse", {"how": "phone", "at": "{recently_at}"}),
    "closeConsentGap": Ask(
        "nurse", {"reason": "client_refused", "refusal": {"howGiven": "oral", "evidenceNote": WORDS}}
    ),
    "getCeaseNotice": Ask("parish"),
    "listCeaseNotices": Ask("parish"),
    "acknowledgeCeaseNotice": Ask("parish", {}),
    "shareWithParty": Ask("nurse", SHARE),
    "revokeShare": Ask("nurse", {"reason": "not_needed"}),
    "recordShareReply": Ask("nurse", {"kind": "answer", "body": WORDS}),
    "markShareReplyRead": Ask("nurse", {}, before=("recordShareReply",)),
    "createShareLink": Ask("nurse", {"hours": 24}),
    "revokeShareLink": Ask("nurse"),
    "listReceivedShares": Ask("workshop"),
    "getReceivedShare": Ask("workshop"),
    "getReceivedShareContent": Ask("workshop"),
    "acknowledgeReceivedShare": Ask("workshop", {}),
    "answerReceivedShare": Ask("workshop", {"body": WORDS}),
    "getShared": Ask("", headers=SHARE_LINK),
    "getSharedContent": Ask("", headers=SHARE_LINK),
    "acknowledgeShared": Ask("", headers=SHARE_LINK),
    "answerShared": Ask("", {"body": WORDS}, headers=SHARE_LINK),
    "exportClientData": Ask("nurse", {"format": "json", "purpose": "own_data_request"}),
    "getDisclosure": Ask("nurse"),
    "createSubscription": Ask("lead", SUBSCRIPTION),
    **dict.fromkeys(("listSubscriptions", "getSubscription", "listDeliveries", "listDeliveryAttempts"), Ask("lead")),
    "updateSubscription": Ask("lead", {"name": "Another system"}),
    **dict.fromkeys(("rotateSubscriptionSecret", "disableSubscription", "testSubscription"), Ask("lead")),
    "enableSubscription": Ask("lead", before=("disableSubscription",)),
    "replaySubscription": Ask("lead", {"fromPosition": 1}),
    "retryDelivery": Ask("lead"),
    "listEvents": Ask("lead"),
}  # fmt: skip
