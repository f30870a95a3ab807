"""The public pages. A programme's id is the first step of its address; no id begins with `~`."""

from django.urls import path

from cairn.web.public import accountant, listed, log, one, programme

app_name = "public"

urlpatterns = [
    path("", programme.programmes, name="programmes"),
    path("~words/", programme.words, name="words"),
    path("<str:programme>/", programme.programme, name="programme"),
    path("<str:programme>/~log/", log.log, name="log"),
    path("<str:programme>/places/", listed.places, name="places"),
    path("<str:programme>/places/<str:place>/", one.place, name="place"),
    path("<str:programme>/grants/", listed.grants, name="grants"),
    path("<str:programme>/grants/<str:grant>/", one.grant, name="grant"),
    path("<str:programme>/grants/<str:grant>/report/", one.report, name="report"),
    path("<str:programme>/projects/", listed.projects, name="projects"),
    path("<str:programme>/projects/<str:project>/", one.project, name="project"),
    path("<str:programme>/accounts/", listed.accounts, name="accounts"),
    path("<str:programme>/accounts/<str:account>/", one.account, name="account"),
    path(
        "<str:programme>/accounts/<str:account>/cash-book/", accountant.cash_book, name="cash-book"
    ),
    path(
        "<str:programme>/accounts/<str:account>/reconciliation/",
        accountant.reconciliation,
        name="reconciliation",
    ),
    path("<str:programme>/budgets/", accountant.budgets, name="budgets"),
    path("<str:programme>/in-transit/", listed.in_transit, name="in-transit"),
    path("<str:programme>/exceptions/", listed.exceptions, name="exceptions"),
]
