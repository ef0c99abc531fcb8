const encoded = tasks.get("base64").encode(text);
tasks.get("log").warn(text.toUpperCase() + "! (" + encoded + ")");
