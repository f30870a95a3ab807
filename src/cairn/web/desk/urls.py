"""The addresses of the desk. Those without a namespace have the names that allauth looks for.

Only these of allauth's pages are there: no sign-up, no mail, no reset by mail.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import URLPattern, URLResolver, include, path

from cairn.web.desk import (
    cards,
    computed,
    debriefs,
    digest,
    first_days,
    handover_line,
    handovers,
    invited,
    labels,
    misspelt,
    money,
    notices,
    own,
    people,
    recorded,
    recording,
    requests,
    sheets,
    statement,
    voices,
    wordings,
    worklist,
)
from cairn.web.desk.setting_up import shows_what_it_adds

OWN = [
    path("", own.home, name="home"),
    path("posts/", own.posts, name="posts"),
    path("account/", own.account, name="account"),
    path("account/end-session/", own.end_session, name="end-session"),
    path("account/make-device/", own.make_device, name="make-device"),
    path("account/end-device/", own.end_device, name="end-device"),
    path("digest/", digest.digest, name="digest"),
    path("digest/end/", digest.end_digest, name="end-digest"),
    path("digest/confirm/<str:secret>/", digest.confirm_digest, name="confirm-digest"),
    path("digest/off/<str:secret>/", digest.turn_off_digest, name="turn-off-digest"),
    path("record/", recording.may_record, name="may-record"),
    path("record/<str:kind>/", recording.record_fact, name="record"),
    path("record/<str:form>/draft/", recording.keep_draft, name="keep-draft"),
    path("recorded/<uuid:id>/", recorded.recorded, name="recorded"),
    path("worklist/", worklist.worklist, name="worklist"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<uuid:id>/", requests.request_page, name="request"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<str:notice>/", notices.notice_page, name="notice"),
    path("notices/<str:notice>/cards/", cards.cards, name="cards"),
    path("misspelt/", misspelt.misspelt, name="misspelt"),
    path("debriefs/", debriefs.debriefs, name="debriefs"),
    path("debriefs/<str:debrief>/", debriefs.debrief_page, name="debrief"),
    path("handovers/", handovers.handovers, name="handovers"),
    path("handovers/<str:team>/", handovers.handover_page, name="handover"),
    path("handovers/<str:team>/first-days/", first_days.first_days, name="first-days"),
    path("handovers/<str:team>/lines/<path:key>/", handover_line.line_page, name="handover-line"),
    path("voices/", voices.voices, name="voices"),
    path("voices/<uuid:id>/", voices.voice, name="voice"),
    path("voices/<uuid:id>/sound/", voices.sound, name="voice-sound"),
    path("card/", voices.card, name="card"),
    path("labels/", labels.labels, name="labels"),
    path("computed/", computed.computed, name="computed"),
    path("money/", money.money, name="money"),
    path("spend/", recording.spend, name="spend"),
    path("statement/", statement.statement, name="statement"),
    path("sheets/", sheets.sheets, name="sheets"),
    path("sheets/templates/<str:name>", sheets.template, name="sheet-template"),
    path("sheets/<str:key>/", sheets.sheet, name="sheet"),
    path("sheets/<str:key>/progress/", sheets.progress, name="sheet-progress"),
    path("sheets/<str:key>/refused.<str:form>", sheets.sheet_refused_rows, name="sheet-refused"),
    path("wordings/", wordings.wordings, name="wordings"),
    path("people/", people.people, name="people"),
    path("people/<str:post>/invite/", people.invite, name="invite"),
    path("people/<str:post>/lost-factor/", people.replace_factor, name="replace-factor"),
    path("people/end-appointment/", people.end_appointment, name="end-appointment"),
    path("invited/<str:secret>/", invited.invited, name="invited"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((OWN, "desk"))),
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("factors/", factors.index, name="mfa_index"),
    path("sign-in/factor/", factors.authenticate, name="mfa_authenticate"),
    path("factors/again/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("factors/app/", shows_what_it_adds(totp.activate_totp), name="mfa_activate_totp"),
    path("factors/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("factors/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "factors/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path("factors/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path(
        "factors/passkeys/add/",
        shows_what_it_adds(passkeys.add_webauthn),
        name="mfa_add_webauthn",
    ),
    path(
        "factors/passkeys/again/",
        passkeys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("factors/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
]
