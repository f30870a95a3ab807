"""The public pages. A programme's id is the first step of its address; no id begins with `~`."""

from django.urls import path

from cairn.web.public import (
    accountant,
    difference,
    entry,
    exceptions,
    labels,
    listed,
    log,
    maps,
    one,
    programme,
    sample,
    search,
    standing,
)

app_name = "public"

urlpatterns = [
    path("", programme.programmes, name="programmes"),
    path("~words/", programme.words, name="words"),
    path("~guarantees/", programme.guarantees, name="guarantees"),
    path("<str:programme>/", programme.programme, name="programme"),
    path("<str:programme>/~log/", log.log, name="log"),
    path("<str:programme>/~as-known/", entry.as_known, name="as-known"),
    path("<str:programme>/~entries/<int:position>/", entry.entry, name="entry"),
    path("<str:programme>/~difference/", difference.difference, name="difference"),
    path("<str:programme>/~sample/", sample.sample, name="sample"),
    path("<str:programme>/places/", listed.places, name="places"),
    path("<str:programme>/places/<str:place>/", one.place, name="place"),
    path("<str:programme>/places/<str:place>/labels/", labels.labels, name="labels"),
    path("<str:programme>/places/<str:place>/map/", maps.map_of_place, name="map"),
    path("<str:programme>/places/<str:place>/map/places.geojson", maps.geojson, name="geojson"),
    path("<str:programme>/assets/", standing.assets, name="assets"),
    path("<str:programme>/assets/<str:asset>/", standing.asset, name="asset"),
    path("<str:programme>/needs/", standing.needs, name="needs"),
    path("<str:programme>/needs/<str:need>/", standing.need, name="need"),
    path("<str:programme>/enterprises/", standing.enterprises, name="enterprises"),
    path("<str:programme>/enterprises/<str:enterprise>/", standing.enterprise, name="enterprise"),
    path("<str:programme>/~search/", search.search, name="search"),
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
    path("<str:programme>/exceptions/", exceptions.exceptions, name="exceptions"),
]
