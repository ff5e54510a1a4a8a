"""What a platform team runs before the services: `python -m common.topology declare|users|subscriber`.

AMQP declares exchanges and queues, but knows no users. Those are printed as a definitions file, the one form that every
RabbitMQ takes: `rabbitmqctl import_definitions`, a POST to `/api/definitions` of the management plugin (the only way in
at most hosted brokers), or `load_definitions` at boot, which is what Kubernetes operators use. It holds hashes of
passwords alone, so it can be reviewed. Calls per user would need the plugin, or a shell on the broker's machine.
"""
