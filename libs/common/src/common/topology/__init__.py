"""What a platform team runs before the services: `python -m common.topology declare|users|subscriber`.

AMQP can declare exchanges and queues, but not users. Users are printed as a definitions file, which every RabbitMQ
accepts: `rabbitmqctl import_definitions`, a POST to `/api/definitions` of the management plugin (the only way with most
hosted brokers), or `load_definitions` at boot, as Kubernetes operators do. It contains only hashes of passwords, so it
can be reviewed. Creating users one by one would need the plugin, or a shell on the broker's machine.
"""
