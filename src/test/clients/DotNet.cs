using System;
using System.IO;
using System.Net;
using System.Text;

/// <summary>Usage: DotNet URL IMAGE. Sends base64, or the URL of the image, with .NET's oldest client.</summary>
static class DotNet
{
    static void Main(string[] arguments)
    {
        string url = arguments[0], image = arguments[1];
        bool byUrl = image.StartsWith("https:");
        byte[] body = byUrl ? new byte[0] : Encoding.ASCII.GetBytes(Convert.ToBase64String(File.ReadAllBytes(image)));
        WebRequest request = WebRequest.Create(byUrl ? url + "&image=" + Uri.EscapeDataString(image) : url);
        request.Method = "POST";
        request.ContentType = "application/x-www-form-urlencoded";
        request.ContentLength = body.Length;
        using (Stream stream = request.GetRequestStream())
        {
            stream.Write(body, 0, body.Length);
        }
        using (WebResponse answer = request.GetResponse())
        using (StreamReader reader = new StreamReader(answer.GetResponseStream()))
        {
            Console.WriteLine(reader.ReadToEnd());
        }
    }
}
