"""The OpenAI client against a simulated vLLM: openai_client.py BASE_URL MODEL KEY. Fails by an assertion."""
import sys

import openai

base_url, model, key = sys.argv[1:]
client = openai.OpenAI(base_url=base_url + "/v1", api_key=key, max_retries=0)
assert [m.id for m in client.models.list()] == [model]

whole = client.completions.create(model=model, prompt="Say something.", max_tokens=8, extra_body={"ignore_eos": True})
assert whole.usage.completion_tokens == 8 and whole.choices[0].finish_reason == "length", whole
assert whole.choices[0].text, whole

ask = dict(model=model, messages=[{"role": "user", "content": "hi"}], max_tokens=8)
more = {"ignore_eos": True, "return_token_ids": True}
chat = client.chat.completions.create(**ask, extra_body=more)
assert chat.choices[0].message.role == "assistant" and chat.usage.completion_tokens == 8, chat

stream = client.chat.completions.create(**ask, extra_body=more, stream=True, stream_options={"include_usage": True})
chunks = list(stream)
content = [c.choices[0].delta.content for c in chunks if c.choices]
assert chunks[0].choices[0].delta.role == "assistant" and content[0] == "" and all(content[1:]), chunks
assert len(content) == 9 and chunks[-2].choices[0].finish_reason == "length", chunks
assert not chunks[-1].choices and chunks[-1].usage.completion_tokens == 8, chunks[-1]
assert sum(len(c.choices[0].token_ids or []) for c in chunks[1:-1]) == 8, chunks

stats = {"include_usage": True, "continuous_usage_stats": True}
stream = client.completions.create(model=model, prompt=[1, 2, 3], max_tokens=4, stream=True, stream_options=stats, extra_body={"ignore_eos": True})
assert [c.usage.completion_tokens for c in stream if c.choices] == [1, 2, 3, 4]

for refused, call in [
    (openai.NotFoundError, lambda: client.completions.create(model="no", prompt="a")),
    (openai.BadRequestError, lambda: client.completions.create(model=model, prompt="a", max_tokens=2, extra_body={"min_tokens": 3})),
    (openai.AuthenticationError, lambda: openai.OpenAI(base_url=base_url + "/v1", api_key="wrong", max_retries=0).models.list()),
]:
    try:
        call()
    except refused as error:
        assert error.status_code in (400, 401, 404), error
    else:
        raise AssertionError(f"{refused.__name__} expected")
print("ok")
