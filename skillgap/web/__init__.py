"""The page for job-seekers (extra ``web``): a server on this machine alone, which keeps nothing between requests.

    browser ──guard──▶ forms ──▶ app ──▶ workers ──▶ jobs (parse → match → score → report) ──▶ templates

`guard` refuses what does not come from the page itself, `forms` reads what it sends, `workers` runs each job in
a process that can be ended, `carry` holds what a page takes along in its form instead of the server.
"""
