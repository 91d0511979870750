"""Ray's JobSubmissionClient against a simulated dashboard: ray_jobs.py DASHBOARD FOLDER ENTRYPOINT. Fails by an assertion."""
import asyncio
import sys

from ray.job_submission import JobStatus, JobSubmissionClient

dashboard, folder, entrypoint = sys.argv[1:]
client = JobSubmissionClient(dashboard)
job = client.submit_job(entrypoint=entrypoint, runtime_env={"working_dir": folder}, metadata={"who": "test"})


async def tail():
    return "".join([lines async for lines in client.tail_job_logs(job)])


log = asyncio.run(tail())
assert '"step":"end","result":"ok"' in log, log
assert client.get_job_status(job) == JobStatus.SUCCEEDED
assert client.get_job_logs(job) == log
info = client.get_job_info(job)
assert info.metadata == {"who": "test"} and info.driver_exit_code == 0, info
assert job in [j.submission_id for j in client.list_jobs()]
assert client.delete_job(job)

other = client.submit_job(entrypoint="python nothing.py", submission_id="other")
client.stop_job(other)
asyncio.run(asyncio.sleep(1))
assert client.get_job_status(other) == JobStatus.STOPPED
try:
    client.submit_job(entrypoint="true", submission_id="other")
except RuntimeError as refused:
    assert "already exists" in str(refused), refused
else:
    raise AssertionError("the same id again")
print("ok")
