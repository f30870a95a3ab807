"""What must always hold of money on record, told from its rows alone, whatever the steps did.

Each function yields what is wrong and where; its docstring is the sentence that holds.
"""

from collections.abc import Iterator, Sequence

from django.db.models import F

from cairn.journal.spread import connection_of
from cairn.money.projections import Account, Books, Movement, closed_until
from cairn.trace.policy import Kind

CONFIRMED = """
    SELECT sent.id, sent.confirmed_minor, coalesce(arrived.minor, 0)
    FROM money_movement AS sent
    LEFT JOIN (
        SELECT "of", sum(amount_minor) AS minor FROM money_movement
        WHERE programme = %s AND kind = %s AND reversed_by = '' GROUP BY "of"
    ) AS arrived ON arrived."of" = sent.id
    WHERE sent.programme = %s AND sent.confirmed_minor <> coalesce(arrived.minor, 0)
"""

NAMES_NOTHING = """
    SELECT answer.id, answer."of" FROM money_movement AS answer
    LEFT JOIN money_movement AS named
        ON named.programme = answer.programme AND named.id = answer."of"
    WHERE answer.programme = %s AND answer."of" <> '' AND named.id IS NULL
"""

OTHER_CURRENCY = """
    SELECT movement.id, movement.currency, account.id, account.currency
    FROM money_movement AS movement JOIN money_account AS account
        ON account.programme = movement.programme
        AND account.id IN (movement.source, CASE WHEN movement.kind = %s THEN '' ELSE target END)
    WHERE movement.programme = %s AND movement.currency <> account.currency
"""


def no_more_arrived_than_was_sent(programme: str) -> Iterator[str]:
    """No more arrived of a movement than was sent."""
    wrong = Movement.objects.filter(programme=programme, confirmed_minor__gt=F("amount_minor"))
    for movement in wrong.iterator():
        yield f"movement {movement.id}: {movement.confirmed_minor} of {movement.amount_minor}"


def what_arrived_is_what_was_confirmed(programme: str) -> Iterator[str]:
    """What arrived of a movement is the sum of its confirmations that stand."""
    for id, kept, summed in _rows(programme, CONFIRMED, [programme, Kind.CONFIRM, programme]):  # noqa: A001
        yield f"movement {id}: {kept} is kept, its confirmations make {summed}"


def answers_name_movements(programme: str) -> Iterator[str]:
    """Every confirm, void and reverse names a movement on record."""
    for id, of in _rows(programme, NAMES_NOTHING, [programme]):  # noqa: A001
        yield f"movement {id} names {of}"


def movements_have_the_currency_of_their_accounts(programme: str) -> Iterator[str]:
    """Money stands in accounts of its currency."""
    for id, currency, account, other in _rows(programme, OTHER_CURRENCY, [Kind.SPEND, programme]):  # noqa: A001
        yield f"movement {id} of {currency} in the account {account} of {other}"


def accounts_are_closed_as_their_books_are(programme: str) -> Iterator[str]:
    """Accounts are closed up to the day up to which their holder's books are."""
    days = {
        account: (books.id, closed_until(books))
        for books in Books.objects.filter(programme=programme).iterator()
        for account in books.accounts
    }
    for account in Account.objects.filter(programme=programme).iterator():
        if days.get(account.id) != (account.holder, account.closed_until):
            holder, day = days.get(account.id, ("nobody", None))
            yield f"account {account.id}: {account.closed_until}, the books of {holder}: {day}"


def _rows(
    programme: str, query: str, parameters: Sequence[str | int]
) -> Iterator[tuple[object, ...]]:
    with connection_of(programme).cursor() as cursor:
        cursor.execute(query, parameters)
        while some := cursor.fetchmany(1000):
            yield from some
