# Usage: elixir.exs URL IMAGE. Sends base64, or the URL of the image, with the client that comes with Erlang.
[url, image] = System.argv()
by_url = String.starts_with?(image, "https:")
target = if by_url, do: url <> "&image=" <> URI.encode_www_form(image), else: url
body = if by_url, do: "", else: Base.encode64(File.read!(image))
{:ok, _} = Application.ensure_all_started(:inets)
request = {String.to_charlist(target), [], 'application/x-www-form-urlencoded', body}
{:ok, {_status, _headers, answer}} = :httpc.request(:post, request, [], [])
IO.puts(answer)
