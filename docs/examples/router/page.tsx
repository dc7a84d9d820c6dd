export function Page(props: { titles: string[] }) {
  return (
    <html lang="en">
      <head>
        <title>Books</title>
      </head>
      <body>
        <h1>Books</h1>
        <ul>
          {props.titles.map((title) => (
            <li>{title}</li>
          ))}
        </ul>
      </body>
    </html>
  );
}
