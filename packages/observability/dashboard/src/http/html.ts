/** The page. Its style is in its script, which the policy allows. */
export const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>hitbox dashboard</title>
<link rel="icon" href="data:,">
</head>
<body>
<div id="page"><noscript>The dashboard needs JavaScript.</noscript></div>
<script type="module" src="page.js"></script>
</body>
</html>
`;
