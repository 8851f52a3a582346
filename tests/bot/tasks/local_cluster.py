"""A Dask cluster in a process of its own, whose workers have the environment that it is started with.

Answers lines on stdin with lines of JSON: `pids` of its workers, how many `steps` it was told of, and `frail`, after
which a task may not outlive any worker. Ends with its stdin.
"""

import json
import sys

from distributed import LocalCluster, Security


def main(workers, certificates):
    files = ("tls_ca_file", "tls_scheduler_cert", "tls_scheduler_key", "tls_worker_cert", "tls_worker_key")
    files += ("tls_client_cert", "tls_client_key")
    security = (
        Security(require_encryption=True, **dict(zip(files, certificates, strict=True))) if certificates else None
    )
    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        protocol="tls://" if security else "tcp://",
        security=security,
        dashboard_address=None,
    ) as cluster:
        answers = {
            "address": lambda: cluster.scheduler_address,
            "pids": lambda: [worker.pid for worker in cluster.workers.values()],
            "steps": lambda: len(cluster.scheduler.get_events("picket-steps")),
            "frail": lambda: setattr(cluster.scheduler, "allowed_failures", 0),
        }
        for line in sys.stdin:
            sys.stdout.write(json.dumps(answers[line.strip()]()) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
