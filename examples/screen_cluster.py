"""The same shortlist from many machines: screen a folder with Dask, here on two processes of this one.

pip install 'skillgap[cluster]'
python examples/screen_cluster.py [FOLDER] [ROLE] [SCHEDULER]

SCHEDULER is the address of a Dask cluster of yours ("tcp://10.0.0.5:8786"); its workers need skillgap installed and
must be able to open the files, by a shared disk or a store ("s3://bucket/inbox", with s3fs installed everywhere).
"""

import sys
from pathlib import Path

from distributed import Client, LocalCluster

import skillgap

FOLDER = Path(__file__).parent / "resumes"


def main(folder: str | Path = FOLDER, role: str = "collections specialist", scheduler: str | None = None) -> None:
    # Processes, not threads: Python reads one resume at a time in each.
    cluster = scheduler or LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with Client(cluster) as client:
        workers = sum(client.ncores().values())
        ranked = []
        # A worker that dies loses nothing: Dask gives its resumes to another.
        for screened in skillgap.screen(folder, role, executor=client.get_executor(), jobs=workers, ordered=False):
            if screened.report:
                ranked.append((screened.report.coverage, screened.path))
            else:
                print(f"not read: {screened.error}", file=sys.stderr)
    if not scheduler:
        cluster.close()

    for coverage, path in sorted(ranked, reverse=True):
        print(f"{coverage:>4.0%}  {'█' * round(20 * coverage):<20}  {Path(path).name}")
    print(f"\n{len(ranked)} resumes screened by {workers} workers")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:4])
    except skillgap.SkillgapError as error:
        sys.exit(f"{error}")
