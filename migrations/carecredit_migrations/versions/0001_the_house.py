"""the house

Revision ID: 0001
Revises: 
"""

import sqlalchemy as sa
from alembic import op
from carecredit.store import base as types

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_entries',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('at', types.Instant(), nullable=False),
    sa.Column('actor', sa.String(length=200), nullable=False),
    sa.Column('action', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('subject_id', sa.String(length=200), nullable=False),
    sa.Column('data', sa.Text(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('client_id', 'position', name=op.f('pk_audit_entries'))
    )
    op.create_index(op.f('ix_audit_entries_client_id_subject_id'), 'audit_entries', ['client_id', 'subject_id'], unique=False)
    op.create_table('audit_heads',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('client_id', name=op.f('pk_audit_heads'))
    )
    op.create_table('clients',
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('country', sa.String(length=64), nullable=False),
    sa.Column('currency', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=64), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('payee', sa.String(length=200), nullable=True),
    sa.Column('iban', sa.String(length=64), nullable=True),
    sa.Column('bic', sa.String(length=64), nullable=True),
    sa.Column('created_at', types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients')),
    sa.UniqueConstraint('code', name=op.f('uq_clients_code'))
    )
    op.create_table('jobs',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('schedule', sa.String(length=200), nullable=False),
    sa.Column('next_run_at', types.Instant(), nullable=False),
    sa.Column('lease_until', types.Instant(), nullable=True),
    sa.Column('fence', sa.BigInteger(), nullable=False),
    sa.Column('last_run_at', types.Instant(), nullable=True),
    sa.Column('last_note', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_jobs'))
    )
    op.create_table('key_marks',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('mark', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_key_marks'))
    )
    op.create_table('operators',
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('created_at', types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_operators')),
    sa.UniqueConstraint('name', name=op.f('uq_operators_name'))
    )
    op.create_table('persons',
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('name_hash', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_persons'))
    )
    op.create_table('standings',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('invoice_id', types.Identifier(), nullable=False),
    sa.Column('customer_id', types.Identifier(), nullable=False),
    sa.Column('open_minor', sa.BigInteger(), nullable=False),
    sa.Column('settled_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('client_id', 'invoice_id', name=op.f('pk_standings'))
    )
    op.create_index(op.f('ix_standings_client_id_settled_on'), 'standings', ['client_id', 'settled_on'], unique=False)
    op.create_index('ix_standings_open', 'standings', ['client_id', 'customer_id'], unique=False, postgresql_where=sa.text('settled_on IS NULL'), sqlite_where=sa.text('settled_on IS NULL'))
    op.create_table('api_keys',
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('secret_hash', sa.LargeBinary(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.Column('operator_id', types.Identifier(), nullable=True),
    sa.Column('every_client', sa.Boolean(), nullable=False),
    sa.Column('created_at', types.Instant(), nullable=False),
    sa.Column('revoked_at', types.Instant(), nullable=True),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_api_keys_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_keys')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_api_keys_secret_hash'))
    )
    op.create_table('books',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('imported_at', types.Instant(), nullable=False),
    sa.Column('files_hash', sa.LargeBinary(), nullable=False),
    sa.Column('rows', sa.BigInteger(), nullable=False),
    sa.Column('rows_written', sa.BigInteger(), nullable=False),
    sa.Column('summed_at', types.Instant(), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_books_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_books'))
    )
    op.create_index('ix_books_unsummed', 'books', ['client_id'], unique=False, postgresql_where=sa.text('summed_at IS NULL'), sqlite_where=sa.text('summed_at IS NULL'))
    op.create_table('cap_counters',
    sa.Column('person_id', types.Identifier(), nullable=False),
    sa.Column('rule_id', sa.String(length=200), nullable=False),
    sa.Column('day_on', sa.Date(), nullable=False),
    sa.Column('taken', sa.BigInteger(), nullable=False),
    sa.Column('count_max', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('taken >= 0 AND taken <= count_max', name=op.f('ck_cap_counters_within_cap')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_cap_counters_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'rule_id', 'day_on', name=op.f('pk_cap_counters'))
    )
    op.create_table('cash_days',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('segment', sa.String(length=200), nullable=False),
    sa.Column('currency', sa.String(length=64), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('counts_on', sa.Date(), nullable=False),
    sa.Column('lines', sa.BigInteger(), nullable=False),
    sa.Column('minor', sa.BigInteger(), nullable=False),
    sa.Column('pay_days', sa.BigInteger(), nullable=False),
    sa.Column('minor_pay_days', sa.BigInteger(), nullable=False),
    sa.Column('late_days', sa.BigInteger(), nullable=False),
    sa.Column('minor_late_days', sa.BigInteger(), nullable=False),
    sa.Column('minor_signed_late_days', sa.BigInteger(), nullable=False),
    sa.Column('on_time_lines', sa.BigInteger(), nullable=False),
    sa.Column('on_time_minor', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_cash_days_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'segment', 'currency', 'received_on', 'counts_on', name=op.f('pk_cash_days'))
    )
    op.create_table('contact_events',
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('person_id', types.Identifier(), nullable=False),
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('at', types.Instant(), nullable=False),
    sa.Column('channel', sa.String(length=64), nullable=False),
    sa.Column('direction', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('debts', sa.Text(), nullable=False),
    sa.Column('counters', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_contact_events_client_id')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_contact_events_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_events')),
    info={'centre': True}
    )
    op.create_index(op.f('ix_contact_events_person_id_at'), 'contact_events', ['person_id', 'at'], unique=False)
    op.create_table('customers',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('person_id', types.Identifier(), nullable=False),
    sa.Column('number', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=64), nullable=False),
    sa.Column('country', sa.String(length=64), nullable=False),
    sa.Column('region', sa.String(length=64), nullable=True),
    sa.Column('segment', sa.String(length=200), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('created_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_customers_client_id')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_customers_person_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_customers')),
    sa.UniqueConstraint('client_id', 'number', name=op.f('uq_customers_client_id_number'))
    )
    op.create_index(op.f('ix_customers_person_id'), 'customers', ['person_id'], unique=False)
    op.create_table('day_changes',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('segment', sa.String(length=200), nullable=False),
    sa.Column('currency', sa.String(length=64), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('open_minor', sa.BigInteger(), nullable=False),
    sa.Column('open_count', sa.BigInteger(), nullable=False),
    sa.Column('unapplied_minor', sa.BigInteger(), nullable=False),
    sa.Column('disputed_minor', sa.BigInteger(), nullable=False),
    sa.Column('due_current_minor', sa.BigInteger(), nullable=False),
    sa.Column('due_1_30_minor', sa.BigInteger(), nullable=False),
    sa.Column('due_31_60_minor', sa.BigInteger(), nullable=False),
    sa.Column('due_61_90_minor', sa.BigInteger(), nullable=False),
    sa.Column('due_91_plus_minor', sa.BigInteger(), nullable=False),
    sa.Column('invoice_0_30_minor', sa.BigInteger(), nullable=False),
    sa.Column('invoice_31_60_minor', sa.BigInteger(), nullable=False),
    sa.Column('invoice_61_90_minor', sa.BigInteger(), nullable=False),
    sa.Column('invoice_91_plus_minor', sa.BigInteger(), nullable=False),
    sa.Column('sales_minor', sa.BigInteger(), nullable=False),
    sa.Column('issued_count', sa.BigInteger(), nullable=False),
    sa.Column('written_off_minor', sa.BigInteger(), nullable=False),
    sa.Column('recovered_minor', sa.BigInteger(), nullable=False),
    sa.Column('received_minor', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_day_changes_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'segment', 'currency', 'day', name=op.f('pk_day_changes'))
    )
    op.create_table('idempotency_keys',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('caller', sa.String(length=200), nullable=False),
    sa.Column('route', sa.String(length=200), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('body_hash', sa.LargeBinary(), nullable=False),
    sa.Column('answer', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_idempotency_keys_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'caller', 'route', 'key', name=op.f('pk_idempotency_keys'))
    )
    op.create_table('mandates',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('follow_up_policy', sa.String(length=64), nullable=False),
    sa.Column('small_balance_minor', sa.BigInteger(), nullable=False),
    sa.Column('promise_grace_days', sa.BigInteger(), nullable=False),
    sa.Column('promise_days_max', sa.BigInteger(), nullable=False),
    sa.Column('allocation_order', sa.String(length=64), nullable=False),
    sa.Column('allocation_natures', sa.String(length=200), nullable=False),
    sa.Column('late_charges', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_mandates_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_mandates')),
    sa.UniqueConstraint('client_id', 'valid_from', name=op.f('uq_mandates_client_id_valid_from'))
    )
    op.create_table('person_points',
    sa.Column('point_hash', sa.LargeBinary(), nullable=False),
    sa.Column('person_id', types.Identifier(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_person_points_person_id')),
    sa.PrimaryKeyConstraint('point_hash', 'person_id', name=op.f('pk_person_points'))
    )
    op.create_table('profile_approvals',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('profile_key', sa.String(length=64), nullable=False),
    sa.Column('version', sa.String(length=64), nullable=False),
    sa.Column('approved_by', sa.String(length=200), nullable=False),
    sa.Column('approved_at', types.Instant(), nullable=False),
    sa.Column('revoked_at', types.Instant(), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_profile_approvals_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'profile_key', name=op.f('pk_profile_approvals'))
    )
    op.create_table('studies',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('content_hash', sa.LargeBinary(), nullable=False),
    sa.Column('subjects', sa.BigInteger(), nullable=False),
    sa.Column('recorded_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_studies_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_studies'))
    )
    op.create_index(op.f('ix_studies_client_id_name'), 'studies', ['client_id', 'name'], unique=False)
    op.create_table('summings',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('summed_at', types.Instant(), nullable=False),
    sa.Column('through_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_summings_client_id')),
    sa.PrimaryKeyConstraint('client_id', name=op.f('pk_summings'))
    )
    op.create_table('suppressions',
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('point_hash', sa.LargeBinary(), nullable=False),
    sa.Column('asked_of', types.Identifier(), nullable=True),
    sa.Column('channel', sa.String(length=64), nullable=True),
    sa.Column('purpose', sa.String(length=64), nullable=True),
    sa.Column('proof', sa.Text(), nullable=False),
    sa.Column('starts_at', types.Instant(), nullable=False),
    sa.Column('ends_at', types.Instant(), nullable=True),
    sa.ForeignKeyConstraint(['asked_of'], ['clients.id'], name=op.f('fk_suppressions_asked_of')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suppressions')),
    info={'centre': True}
    )
    op.create_index(op.f('ix_suppressions_point_hash'), 'suppressions', ['point_hash'], unique=False)
    op.create_table('api_key_clients',
    sa.Column('key_id', types.Identifier(), nullable=False),
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_api_key_clients_client_id')),
    sa.ForeignKeyConstraint(['key_id'], ['api_keys.id'], name=op.f('fk_api_key_clients_key_id')),
    sa.PrimaryKeyConstraint('key_id', 'client_id', name=op.f('pk_api_key_clients')),
    info={'centre': True}
    )
    op.create_table('contact_points',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('customer_id', types.Identifier(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.Column('extension', sa.String(length=64), nullable=True),
    sa.Column('raw', sa.String(length=200), nullable=False),
    sa.Column('point_hash', sa.LargeBinary(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('bad_since', types.Instant(), nullable=True),
    sa.Column('bad_reason', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['client_id', 'customer_id'], ['customers.client_id', 'customers.id'], name=op.f('fk_contact_points_client_id_customer_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_contact_points_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_contact_points')),
    sa.UniqueConstraint('client_id', 'customer_id', 'kind', 'value', name=op.f('uq_contact_points_client_id_customer_id_kind_value'))
    )
    op.create_index(op.f('ix_contact_points_client_id_point_hash'), 'contact_points', ['client_id', 'point_hash'], unique=False)
    op.create_table('credit_limits',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('customer_id', types.Identifier(), nullable=False),
    sa.Column('currency', sa.String(length=64), nullable=False),
    sa.Column('recorded_at', types.Instant(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('limit_minor', sa.BigInteger(), nullable=True),
    sa.Column('set_by', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['client_id', 'customer_id'], ['customers.client_id', 'customers.id'], name=op.f('fk_credit_limits_client_id_customer_id')),
    sa.PrimaryKeyConstraint('client_id', 'customer_id', 'currency', 'recorded_at', name=op.f('pk_credit_limits'))
    )
    op.create_table('invoices',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('customer_id', types.Identifier(), nullable=False),
    sa.Column('book_id', types.Identifier(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('number', sa.String(length=200), nullable=False),
    sa.Column('invoiced_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('currency', sa.String(length=64), nullable=False),
    sa.Column('gross_minor', sa.BigInteger(), nullable=False),
    sa.Column('tax_minor', sa.BigInteger(), nullable=True),
    sa.Column('split_payment', sa.Boolean(), nullable=False),
    sa.Column('segment', sa.String(length=200), nullable=True),
    sa.Column('recorded_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['client_id', 'book_id'], ['books.client_id', 'books.id'], name=op.f('fk_invoices_client_id_book_id')),
    sa.ForeignKeyConstraint(['client_id', 'customer_id'], ['customers.client_id', 'customers.id'], name=op.f('fk_invoices_client_id_customer_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_invoices')),
    sa.UniqueConstraint('client_id', 'number', name=op.f('uq_invoices_client_id_number'))
    )
    op.create_index(op.f('ix_invoices_client_id_book_id'), 'invoices', ['client_id', 'book_id'], unique=False)
    op.create_index(op.f('ix_invoices_client_id_customer_id_due_on'), 'invoices', ['client_id', 'customer_id', 'due_on'], unique=False)
    op.create_table('ledger_entries',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('customer_id', types.Identifier(), nullable=False),
    sa.Column('book_id', types.Identifier(), nullable=False),
    sa.Column('related_id', types.Identifier(), nullable=True),
    sa.Column('number', sa.String(length=200), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('currency', sa.String(length=64), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('tax_minor', sa.BigInteger(), nullable=True),
    sa.Column('segment', sa.String(length=200), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('recorded_at', types.Instant(), nullable=False),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_ledger_entries_positive')),
    sa.ForeignKeyConstraint(['client_id', 'book_id'], ['books.client_id', 'books.id'], name=op.f('fk_ledger_entries_client_id_book_id')),
    sa.ForeignKeyConstraint(['client_id', 'customer_id'], ['customers.client_id', 'customers.id'], name=op.f('fk_ledger_entries_client_id_customer_id')),
    sa.ForeignKeyConstraint(['client_id', 'related_id'], ['ledger_entries.client_id', 'ledger_entries.id'], name=op.f('fk_ledger_entries_client_id_related_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_ledger_entries')),
    sa.UniqueConstraint('client_id', 'kind', 'number', name=op.f('uq_ledger_entries_client_id_kind_number'))
    )
    op.create_index(op.f('ix_ledger_entries_client_id_book_id'), 'ledger_entries', ['client_id', 'book_id'], unique=False)
    op.create_index(op.f('ix_ledger_entries_client_id_customer_id_effective_on'), 'ledger_entries', ['client_id', 'customer_id', 'effective_on'], unique=False)
    op.create_index('ix_ledger_entries_related', 'ledger_entries', ['client_id', 'related_id'], unique=False, postgresql_where=sa.text('related_id IS NOT NULL'), sqlite_where=sa.text('related_id IS NOT NULL'))
    op.create_table('promises_to_pay',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('customer_id', types.Identifier(), nullable=False),
    sa.Column('currency', sa.String(length=64), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('promised_on', sa.Date(), nullable=False),
    sa.Column('grace_days', sa.BigInteger(), nullable=False),
    sa.Column('given_at', types.Instant(), nullable=False),
    sa.Column('given_to', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('kept_minor', sa.BigInteger(), nullable=True),
    sa.Column('judged_at', types.Instant(), nullable=True),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_promises_to_pay_positive')),
    sa.ForeignKeyConstraint(['client_id', 'customer_id'], ['customers.client_id', 'customers.id'], name=op.f('fk_promises_to_pay_client_id_customer_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_promises_to_pay_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_promises_to_pay'))
    )
    op.create_index(op.f('ix_promises_to_pay_client_id_customer_id'), 'promises_to_pay', ['client_id', 'customer_id'], unique=False)
    op.create_index('uq_promises_to_pay_active', 'promises_to_pay', ['client_id', 'customer_id', 'currency'], unique=True, postgresql_where=sa.text("state = 'active'"), sqlite_where=sa.text("state = 'active'"))
    op.create_table('rates',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('rate_set', sa.String(length=200), nullable=False),
    sa.Column('currency', sa.String(length=64), nullable=False),
    sa.Column('into', sa.String(length=64), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('rate_billionths', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=True),
    sa.Column('book_id', types.Identifier(), nullable=False),
    sa.Column('recorded_at', types.Instant(), nullable=False),
    sa.CheckConstraint('rate_billionths > 0', name=op.f('ck_rates_positive')),
    sa.ForeignKeyConstraint(['client_id', 'book_id'], ['books.client_id', 'books.id'], name=op.f('fk_rates_client_id_book_id')),
    sa.PrimaryKeyConstraint('client_id', 'rate_set', 'currency', 'into', 'day', name=op.f('pk_rates'))
    )
    op.create_table('relationships',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('customer_id', types.Identifier(), nullable=False),
    sa.Column('number', sa.String(length=200), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('ended_reason', sa.String(length=64), nullable=True),
    sa.Column('monthly_value_minor', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=64), nullable=False),
    sa.Column('value_from', sa.Date(), nullable=True),
    sa.Column('recorded_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['client_id', 'customer_id'], ['customers.client_id', 'customers.id'], name=op.f('fk_relationships_client_id_customer_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_relationships'))
    )
    op.create_index(op.f('ix_relationships_client_id_customer_id'), 'relationships', ['client_id', 'customer_id'], unique=False)
    op.create_table('study_cells',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('study_id', types.Identifier(), nullable=False),
    sa.Column('grouping', sa.String(length=200), nullable=False),
    sa.Column('duration', sa.String(length=200), nullable=False),
    sa.Column('cause', sa.String(length=200), nullable=False),
    sa.Column('subjects', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['client_id', 'study_id'], ['studies.client_id', 'studies.id'], name=op.f('fk_study_cells_client_id_study_id')),
    sa.PrimaryKeyConstraint('client_id', 'study_id', 'grouping', 'duration', 'cause', name=op.f('pk_study_cells'))
    )
    op.create_table('allocations',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('entry_id', types.Identifier(), nullable=False),
    sa.Column('invoice_id', types.Identifier(), nullable=False),
    sa.Column('book_id', types.Identifier(), nullable=False),
    sa.Column('undoes_id', types.Identifier(), nullable=True),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('applied_on', sa.Date(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('recorded_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['client_id', 'book_id'], ['books.client_id', 'books.id'], name=op.f('fk_allocations_client_id_book_id')),
    sa.ForeignKeyConstraint(['client_id', 'entry_id'], ['ledger_entries.client_id', 'ledger_entries.id'], name=op.f('fk_allocations_client_id_entry_id')),
    sa.ForeignKeyConstraint(['client_id', 'invoice_id'], ['invoices.client_id', 'invoices.id'], name=op.f('fk_allocations_client_id_invoice_id')),
    sa.ForeignKeyConstraint(['client_id', 'undoes_id'], ['allocations.client_id', 'allocations.id'], name=op.f('fk_allocations_client_id_undoes_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_allocations'))
    )
    op.create_index(op.f('ix_allocations_client_id_book_id'), 'allocations', ['client_id', 'book_id'], unique=False)
    op.create_index(op.f('ix_allocations_client_id_entry_id'), 'allocations', ['client_id', 'entry_id'], unique=False)
    op.create_index(op.f('ix_allocations_client_id_invoice_id'), 'allocations', ['client_id', 'invoice_id'], unique=False)
    op.create_table('disputes',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('invoice_id', types.Identifier(), nullable=False),
    sa.Column('book_id', types.Identifier(), nullable=False),
    sa.Column('disputed_from', sa.Date(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('recorded_at', types.Instant(), nullable=False),
    sa.CheckConstraint('amount_minor IS NULL OR amount_minor > 0', name=op.f('ck_disputes_positive')),
    sa.ForeignKeyConstraint(['client_id', 'book_id'], ['books.client_id', 'books.id'], name=op.f('fk_disputes_client_id_book_id')),
    sa.ForeignKeyConstraint(['client_id', 'invoice_id'], ['invoices.client_id', 'invoices.id'], name=op.f('fk_disputes_client_id_invoice_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_disputes'))
    )
    op.create_index(op.f('ix_disputes_client_id_book_id'), 'disputes', ['client_id', 'book_id'], unique=False)
    op.create_index(op.f('ix_disputes_client_id_invoice_id'), 'disputes', ['client_id', 'invoice_id'], unique=False)
    op.create_table('holds',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('customer_id', types.Identifier(), nullable=False),
    sa.Column('invoice_id', types.Identifier(), nullable=True),
    sa.Column('reason', sa.String(length=64), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('source_id', types.Identifier(), nullable=False),
    sa.Column('starts_at', types.Instant(), nullable=False),
    sa.Column('ends_at', types.Instant(), nullable=True),
    sa.Column('review_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['client_id', 'customer_id'], ['customers.client_id', 'customers.id'], name=op.f('fk_holds_client_id_customer_id')),
    sa.ForeignKeyConstraint(['client_id', 'invoice_id'], ['invoices.client_id', 'invoices.id'], name=op.f('fk_holds_client_id_invoice_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_holds_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_holds'))
    )
    op.create_index(op.f('ix_holds_client_id_customer_id_starts_at'), 'holds', ['client_id', 'customer_id', 'starts_at'], unique=False)
    op.create_index(op.f('ix_holds_client_id_source_id'), 'holds', ['client_id', 'source_id'], unique=False)
    op.create_table('instalments',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('invoice_id', types.Identifier(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('book_id', types.Identifier(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('recorded_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['client_id', 'book_id'], ['books.client_id', 'books.id'], name=op.f('fk_instalments_client_id_book_id')),
    sa.ForeignKeyConstraint(['client_id', 'invoice_id'], ['invoices.client_id', 'invoices.id'], name=op.f('fk_instalments_client_id_invoice_id')),
    sa.PrimaryKeyConstraint('client_id', 'invoice_id', 'position', name=op.f('pk_instalments'))
    )
    op.create_index(op.f('ix_instalments_client_id_book_id'), 'instalments', ['client_id', 'book_id'], unique=False)
    op.create_table('touches',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('customer_id', types.Identifier(), nullable=False),
    sa.Column('person_id', types.Identifier(), nullable=False),
    sa.Column('invoice_id', types.Identifier(), nullable=True),
    sa.Column('policy_key', sa.String(length=64), nullable=False),
    sa.Column('policy_version', sa.String(length=64), nullable=False),
    sa.Column('step_key', sa.String(length=64), nullable=False),
    sa.Column('step_kind', sa.String(length=64), nullable=False),
    sa.Column('channel', sa.String(length=64), nullable=False),
    sa.Column('tone', sa.String(length=64), nullable=False),
    sa.Column('requested', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('status_reason', sa.String(length=64), nullable=True),
    sa.Column('status_detail', sa.Text(), nullable=True),
    sa.Column('due_at', types.Instant(), nullable=False),
    sa.Column('fence', sa.BigInteger(), nullable=False),
    sa.Column('lease_until', types.Instant(), nullable=True),
    sa.Column('tries', sa.BigInteger(), nullable=False),
    sa.Column('operator_id', types.Identifier(), nullable=True),
    sa.Column('planned_at', types.Instant(), nullable=False),
    sa.Column('changed_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['client_id', 'customer_id'], ['customers.client_id', 'customers.id'], name=op.f('fk_touches_client_id_customer_id')),
    sa.ForeignKeyConstraint(['client_id', 'invoice_id'], ['invoices.client_id', 'invoices.id'], name=op.f('fk_touches_client_id_invoice_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_touches_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_touches'))
    )
    op.create_index(op.f('ix_touches_client_id_customer_id_status'), 'touches', ['client_id', 'customer_id', 'status'], unique=False)
    op.create_index(op.f('ix_touches_status_due_at'), 'touches', ['status', 'due_at'], unique=False)
    op.create_index('uq_touches_live', 'touches', ['client_id', 'customer_id'], unique=True, postgresql_where=sa.text("status IN ('planned', 'rung', 'dispatching', 'offered', 'taken')"), sqlite_where=sa.text("status IN ('planned', 'rung', 'dispatching', 'offered', 'taken')"))
    op.create_index('uq_touches_step', 'touches', ['client_id', 'invoice_id', 'step_key'], unique=True, postgresql_where=sa.text("status <> 'cancelled' AND invoice_id IS NOT NULL"), sqlite_where=sa.text("status <> 'cancelled' AND invoice_id IS NOT NULL"))
    op.create_table('waivers',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('invoice_id', types.Identifier(), nullable=False),
    sa.Column('charge', sa.String(length=64), nullable=False),
    sa.Column('through_on', sa.Date(), nullable=True),
    sa.Column('waived_by', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('recorded_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['client_id', 'invoice_id'], ['invoices.client_id', 'invoices.id'], name=op.f('fk_waivers_client_id_invoice_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_waivers'))
    )
    op.create_index(op.f('ix_waivers_client_id_invoice_id'), 'waivers', ['client_id', 'invoice_id'], unique=False)
    op.create_table('attempts',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('touch_id', types.Identifier(), nullable=False),
    sa.Column('customer_id', types.Identifier(), nullable=False),
    sa.Column('point_id', types.Identifier(), nullable=False),
    sa.Column('event_id', types.Identifier(), nullable=False),
    sa.Column('channel', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=64), nullable=False),
    sa.Column('fence', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('intent_at', types.Instant(), nullable=False),
    sa.Column('lease_until', types.Instant(), nullable=True),
    sa.Column('ended_at', types.Instant(), nullable=True),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.Column('message_id', sa.String(length=200), nullable=True),
    sa.Column('template', sa.String(length=200), nullable=True),
    sa.Column('message_subject', sa.Text(), nullable=True),
    sa.Column('message_text', sa.Text(), nullable=True),
    sa.Column('policy', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['client_id', 'customer_id'], ['customers.client_id', 'customers.id'], name=op.f('fk_attempts_client_id_customer_id')),
    sa.ForeignKeyConstraint(['client_id', 'point_id'], ['contact_points.client_id', 'contact_points.id'], name=op.f('fk_attempts_client_id_point_id')),
    sa.ForeignKeyConstraint(['client_id', 'touch_id'], ['touches.client_id', 'touches.id'], name=op.f('fk_attempts_client_id_touch_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_attempts_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_attempts')),
    sa.UniqueConstraint('client_id', 'touch_id', 'fence', name=op.f('uq_attempts_client_id_touch_id_fence'))
    )
    op.create_index(op.f('ix_attempts_client_id_customer_id_intent_at'), 'attempts', ['client_id', 'customer_id', 'intent_at'], unique=False)
    op.create_index(op.f('ix_attempts_state'), 'attempts', ['state'], unique=False)
    op.create_table('dispute_ends',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('dispute_id', types.Identifier(), nullable=False),
    sa.Column('book_id', types.Identifier(), nullable=False),
    sa.Column('disputed_to', sa.Date(), nullable=False),
    sa.Column('recorded_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['client_id', 'book_id'], ['books.client_id', 'books.id'], name=op.f('fk_dispute_ends_client_id_book_id')),
    sa.ForeignKeyConstraint(['client_id', 'dispute_id'], ['disputes.client_id', 'disputes.id'], name=op.f('fk_dispute_ends_client_id_dispute_id')),
    sa.PrimaryKeyConstraint('client_id', 'dispute_id', name=op.f('pk_dispute_ends'))
    )
    op.create_index(op.f('ix_dispute_ends_client_id_book_id'), 'dispute_ends', ['client_id', 'book_id'], unique=False)
    op.create_table('contacts',
    sa.Column('client_id', types.Identifier(), nullable=False),
    sa.Column('id', types.Identifier(), nullable=False),
    sa.Column('customer_id', types.Identifier(), nullable=False),
    sa.Column('touch_id', types.Identifier(), nullable=True),
    sa.Column('attempt_id', types.Identifier(), nullable=True),
    sa.Column('operator_id', types.Identifier(), nullable=True),
    sa.Column('channel', sa.String(length=64), nullable=False),
    sa.Column('direction', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=64), nullable=False),
    sa.Column('started_at', types.Instant(), nullable=False),
    sa.Column('ended_at', types.Instant(), nullable=True),
    sa.Column('disposition', sa.String(length=64), nullable=False),
    sa.Column('non_payment_reason', sa.String(length=64), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['client_id', 'attempt_id'], ['attempts.client_id', 'attempts.id'], name=op.f('fk_contacts_client_id_attempt_id')),
    sa.ForeignKeyConstraint(['client_id', 'customer_id'], ['customers.client_id', 'customers.id'], name=op.f('fk_contacts_client_id_customer_id')),
    sa.ForeignKeyConstraint(['client_id', 'touch_id'], ['touches.client_id', 'touches.id'], name=op.f('fk_contacts_client_id_touch_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_contacts_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_contacts')),
    sa.UniqueConstraint('client_id', 'attempt_id', name=op.f('uq_contacts_client_id_attempt_id'))
    )
    op.create_index(op.f('ix_contacts_client_id_customer_id_started_at'), 'contacts', ['client_id', 'customer_id', 'started_at'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_contacts_client_id_customer_id_started_at'), table_name='contacts')
    op.drop_table('contacts')
    op.drop_index(op.f('ix_dispute_ends_client_id_book_id'), table_name='dispute_ends')
    op.drop_table('dispute_ends')
    op.drop_index(op.f('ix_attempts_state'), table_name='attempts')
    op.drop_index(op.f('ix_attempts_client_id_customer_id_intent_at'), table_name='attempts')
    op.drop_table('attempts')
    op.drop_index(op.f('ix_waivers_client_id_invoice_id'), table_name='waivers')
    op.drop_table('waivers')
    op.drop_index('uq_touches_step', table_name='touches', postgresql_where=sa.text("status <> 'cancelled' AND invoice_id IS NOT NULL"), sqlite_where=sa.text("status <> 'cancelled' AND invoice_id IS NOT NULL"))
    op.drop_index('uq_touches_live', table_name='touches', postgresql_where=sa.text("status IN ('planned', 'rung', 'dispatching', 'offered', 'taken')"), sqlite_where=sa.text("status IN ('planned', 'rung', 'dispatching', 'offered', 'taken')"))
    op.drop_index(op.f('ix_touches_status_due_at'), table_name='touches')
    op.drop_index(op.f('ix_touches_client_id_customer_id_status'), table_name='touches')
    op.drop_table('touches')
    op.drop_index(op.f('ix_instalments_client_id_book_id'), table_name='instalments')
    op.drop_table('instalments')
    op.drop_index(op.f('ix_holds_client_id_source_id'), table_name='holds')
    op.drop_index(op.f('ix_holds_client_id_customer_id_starts_at'), table_name='holds')
    op.drop_table('holds')
    op.drop_index(op.f('ix_disputes_client_id_invoice_id'), table_name='disputes')
    op.drop_index(op.f('ix_disputes_client_id_book_id'), table_name='disputes')
    op.drop_table('disputes')
    op.drop_index(op.f('ix_allocations_client_id_invoice_id'), table_name='allocations')
    op.drop_index(op.f('ix_allocations_client_id_entry_id'), table_name='allocations')
    op.drop_index(op.f('ix_allocations_client_id_book_id'), table_name='allocations')
    op.drop_table('allocations')
    op.drop_table('study_cells')
    op.drop_index(op.f('ix_relationships_client_id_customer_id'), table_name='relationships')
    op.drop_table('relationships')
    op.drop_table('rates')
    op.drop_index('uq_promises_to_pay_active', table_name='promises_to_pay', postgresql_where=sa.text("state = 'active'"), sqlite_where=sa.text("state = 'active'"))
    op.drop_index(op.f('ix_promises_to_pay_client_id_customer_id'), table_name='promises_to_pay')
    op.drop_table('promises_to_pay')
    op.drop_index('ix_ledger_entries_related', table_name='ledger_entries', postgresql_where=sa.text('related_id IS NOT NULL'), sqlite_where=sa.text('related_id IS NOT NULL'))
    op.drop_index(op.f('ix_ledger_entries_client_id_customer_id_effective_on'), table_name='ledger_entries')
    op.drop_index(op.f('ix_ledger_entries_client_id_book_id'), table_name='ledger_entries')
    op.drop_table('ledger_entries')
    op.drop_index(op.f('ix_invoices_client_id_customer_id_due_on'), table_name='invoices')
    op.drop_index(op.f('ix_invoices_client_id_book_id'), table_name='invoices')
    op.drop_table('invoices')
    op.drop_table('credit_limits')
    op.drop_index(op.f('ix_contact_points_client_id_point_hash'), table_name='contact_points')
    op.drop_table('contact_points')
    op.drop_table('api_key_clients')
    op.drop_index(op.f('ix_suppressions_point_hash'), table_name='suppressions')
    op.drop_table('suppressions')
    op.drop_table('summings')
    op.drop_index(op.f('ix_studies_client_id_name'), table_name='studies')
    op.drop_table('studies')
    op.drop_table('profile_approvals')
    op.drop_table('person_points')
    op.drop_table('mandates')
    op.drop_table('idempotency_keys')
    op.drop_table('day_changes')
    op.drop_index(op.f('ix_customers_person_id'), table_name='customers')
    op.drop_table('customers')
    op.drop_index(op.f('ix_contact_events_person_id_at'), table_name='contact_events')
    op.drop_table('contact_events')
    op.drop_table('cash_days')
    op.drop_table('cap_counters')
    op.drop_index('ix_books_unsummed', table_name='books', postgresql_where=sa.text('summed_at IS NULL'), sqlite_where=sa.text('summed_at IS NULL'))
    op.drop_table('books')
    op.drop_table('api_keys')
    op.drop_index('ix_standings_open', table_name='standings', postgresql_where=sa.text('settled_on IS NULL'), sqlite_where=sa.text('settled_on IS NULL'))
    op.drop_index(op.f('ix_standings_client_id_settled_on'), table_name='standings')
    op.drop_table('standings')
    op.drop_table('persons')
    op.drop_table('operators')
    op.drop_table('key_marks')
    op.drop_table('jobs')
    op.drop_table('clients')
    op.drop_table('audit_heads')
    op.drop_index(op.f('ix_audit_entries_client_id_subject_id'), table_name='audit_entries')
    op.drop_table('audit_entries')
