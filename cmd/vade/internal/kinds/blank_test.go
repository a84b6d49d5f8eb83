package kinds

import "fmt"

func ExampleSlug() {
	fmt.Println(Slug("Taller sobre la resolución 1540: Ciudad de Panamá, 2-3 de diciembre"))
	// Output: taller-sobre-la-resolucion-1540-ciudad-de-panama-2-3-de
}
