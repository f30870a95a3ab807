"""What pages ask: the queries of following, as they are, each answered once while publishing."""

from cairn.following import queries
from cairn.web.published import asked

accounts = asked(queries.accounts)
cash_book = asked(queries.cash_book)
cash_months = asked(queries.cash_months)
exceptions = asked(queries.exceptions)
follow_account = asked(queries.follow_account)
follow_grant = asked(queries.follow_grant)
follow_place = asked(queries.follow_place)
follow_project = asked(queries.follow_project)
grants = asked(queries.grants)
in_transit = asked(queries.in_transit)
programme_totals = asked(queries.programme_totals)
programmes = asked(queries.programmes)
projects = asked(queries.projects)
reconciliation = asked(queries.reconciliation)
